"""What others plug in: categories, templates, rules, segments; and the providers that carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from apps.events.types import LoggedEvent
from apps.kernel.registry import Registry
from apps.notifications.types import (
    CategorySettings,
    Channel,
    Parcel,
    ProviderSettings,
    Reply,
    Target,
    TemplateTexts,
    Text,
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a rule wants to be sent."""

    template: str
    target: Target
    variables: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    collapse_id: str = ""
    digest_key: str = ""
    # None for the category's own.
    channels: tuple[Channel, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Turns events into notifications: a plug, so that who announces need not know of us.

    ``wishes`` runs in the transaction that moves the log's cursor and may read the database; each
    event makes the same wishes once, however often it is read.
    """

    name: str
    topics: tuple[str, ...]
    wishes: Callable[[LoggedEvent], Sequence[Wish]]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A query for people: the first internal user ids, ascending, after a given one.

    It is given the arguments of the notification, that id, and how many to return at most; it
    raises Invalid for arguments that it does not know.
    """

    name: str
    about: str
    user_ids: Callable[[Mapping[str, Any], int, int], Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class DeclaredCategory:
    """A category that an app brings along; a row of the same key takes its place."""

    settings: CategorySettings

    @property
    def name(self) -> str:
        """Its key."""
        return self.settings.key


@dataclass(frozen=True, kw_only=True)
class DeclaredTemplate:
    """A template that an app brings along; rows of the same key take the place of its texts."""

    template: TemplateTexts

    @classmethod
    def of(
        cls,
        key: str,
        *,
        category: str,
        texts: Mapping[str, Text],
        variables: Mapping[str, str] | None = None,
    ) -> Self:
        """Declare words by language (BCP 47) that are the same on every channel."""
        template = TemplateTexts(
            key=key,
            category=category,
            variables=variables or {},
            texts={("", language): text for language, text in texts.items()},
        )
        return cls(template=template)

    @property
    def name(self) -> str:
        """Its key."""
        return self.template.key


class Provider(Protocol):
    """Carries parcels of one push service or channel; one file each in `providers`."""

    @property
    def name(self) -> str:
        """A `PushService` or `Channel` value."""

    async def send(self, parcel: Parcel, account: ProviderSettings | None) -> Reply:
        """Carry one parcel, once, and judge the answer; raises nothing but CancelledError."""

    async def close(self) -> None:
        """Close pooled connections."""


categories: Registry[DeclaredCategory] = Registry("category")
templates: Registry[DeclaredTemplate] = Registry("template")
rules: Registry[Rule] = Registry("rule")
segments: Registry[Segment] = Registry("segment")
providers: Registry[Provider] = Registry("provider")
