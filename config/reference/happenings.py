"""The page of all events: what each holds, whose data that is, and who hears it."""

import typing
from collections.abc import Iterator

from apps.events.ports import consumers, is_heard
from apps.events.types import Event, event_types, payload_fields
from apps.kernel.reference.markdown import code, first_line, page, section, table


def events_page() -> str:
    """Return every event type, grouped by the app that announces it."""
    types = event_types()
    apps = sorted({_app(event) for event in types})
    return page(
        "Events",
        "Every domain change writes one of these to the event log, in the transaction of the "
        "change. Consumers read the log in order; a topic's consumers are all that follows.",
        section("Consumers", _consumers_table()),
        *(section(app, *_parts([e for e in types if _app(e) == app])) for app in apps),
    )


def _consumers_table() -> str:
    rows = [
        (code(consumer.name), ", ".join(code(topic) for topic in consumer.topics))
        for consumer in consumers
    ]
    return table(("Consumer", "Hears"), rows) if rows else "None yet."


def _parts(types: list[type[Event]]) -> Iterator[str]:
    for event in types:
        heard = (
            ", ".join(code(c.name) for c in consumers if is_heard(event.topic, c.topics))
            or "nobody"
        )
        yield f"### {code(event.topic)}"
        yield f"{first_line(event)} Version {event.version}; heard by {heard}."
        rows = [
            (code(name), code(_type_name(event, name)), code(event.personal.get(name, "")))
            for name in payload_fields(event)
        ]
        if rows:
            yield table(("Field", "Type", "Personal data of"), rows)


def _app(event: type[Event]) -> str:
    return event.topic.partition(".")[0]


def _type_name(event: type[Event], field: str) -> str:
    hint = typing.get_type_hints(event)[field]
    return hint.__name__ if isinstance(hint, type) else str(hint).replace("typing.", "")
