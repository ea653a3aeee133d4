"""What a notification is of, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.notifications.types.channels import Channel


@dataclass(frozen=True, kw_only=True)
class CategoryName:
    """What a category is called in another language than the installation's."""

    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class CategorySettings:
    """A kind of notification, as declared by an app or set by an operator."""

    key: str
    name: str
    description: str = ""
    # By BCP-47 tag; `name` and `description` are in the installation's language.
    translations: Mapping[str, CategoryName] = field(default_factory=dict)
    # Cannot be switched off and is held back by nothing.
    is_mandatory: bool = False
    # On unless the person says otherwise.
    channels: tuple[Channel, ...] = (Channel.PUSH, Channel.INBOX)
    # At most ``throttle_limit`` per person and channel within so many seconds; 0 for no limit.
    throttle_limit: int = 0
    throttle_seconds: int = 0
    # Gathered for so long after the first, per person and digest key; 0 for never.
    digest_seconds: int = 0
    # No push while the person is connected in the foreground.
    is_push_only_when_offline: bool = False


@dataclass(frozen=True, kw_only=True)
class Text:
    """One language's words for one channel, placeholders included; "" where it has no such part."""

    title: str = ""
    body: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TemplateTexts:
    """A template as declared by an app or written by an operator."""

    key: str
    category: str
    # Every variable, each with a sample that previews and lints use.
    variables: Mapping[str, str]
    # By channel and BCP-47 tag; "" as channel stands for every channel without a text of its own.
    texts: Mapping[tuple[str, str], Text]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one person is shown on one channel, in their language, nothing left to fill in."""

    title: str = ""
    body: str = ""
    url: str = ""
    language: str = ""
    # For the app itself: strings only, as FCM wants it.
    data: Mapping[str, str] = field(default_factory=dict)
    # Shows nothing; wakes the app to act on ``data``.
    is_silent: bool = False
