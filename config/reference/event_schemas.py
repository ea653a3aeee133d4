"""The published JSON Schemas of what webhooks send, and the page that lists them.

A schema whose payload changed incompatibly is not overwritten: its version has to be raised.
"""

import json
from functools import partial

from django.conf import settings

from apps.events.compatibility import breaking_changes
from apps.events.types import Event, event_types
from apps.kernel.ports import GeneratedFile
from apps.kernel.reference.markdown import code, page, section
from apps.webhooks.catalogue import EventTypeEntry, entry_of, snapshot_name

OWN_APPS = "apps."


class VersionNotRaised(Exception):
    """A payload changed so that receivers would stumble, under the version they know."""


def files() -> list[GeneratedFile]:
    """Return the schema of every event type of the house, and the page of all."""
    schemas = [GeneratedFile(snapshot_name(each), partial(schema_of, each)) for each in _own()]
    return [*schemas, GeneratedFile("docs/reference/webhook-events.md", catalogue_page)]


def schema_of(event_type: type[Event]) -> str:
    """Return a type's schema as it is published; raises VersionNotRaised."""
    present = entry_of(event_type).schema
    published = settings.BASE_DIR / snapshot_name(event_type)
    if published.exists():
        changes = breaking_changes(json.loads(published.read_text(encoding="utf-8")), present)
        if changes:
            raise VersionNotRaised(
                f"{event_type.topic} would break its receivers: {'; '.join(changes)}. Give "
                f"{event_type.__name__} version={event_type.version + 1}, or undo the change."
            )
    return json.dumps(present, indent=2, ensure_ascii=False)


def catalogue_page() -> str:
    """Return every event type with its example, for whoever writes a receiver."""
    return page(
        "Webhook events",
        "The body of each webhook, by its `type`. `GET /api/v1/webhooks/event-types/` answers the "
        "same, with the JSON Schemas; those are kept in `events/` per version. A payload may gain "
        "fields at any time; whatever could break a receiver comes as a new version.",
        *(section(each.event_type, _about(each)) for each in map(entry_of, _own())),
    )


def _about(entry: EventTypeEntry) -> str:
    example = json.dumps(entry.example, indent=2, ensure_ascii=False)
    schema = f"events/{entry.event_type}.v{entry.version}.json"
    return (
        f"{entry.description}\n\nVersion {entry.version}; schema {code(schema)}.\n\n"
        f"```json\n{example}\n```"
    )


def _own() -> list[type[Event]]:
    """Tests declare types of their own, which nobody receives."""
    return [each for each in event_types() if each.__module__.startswith(OWN_APPS)]
