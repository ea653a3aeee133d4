"""What happens in notifications; each is for the person it is about, or for operators alone."""

from uuid import UUID

from apps.events.types import Event


class NotificationRequested(Event, topic="notifications.notification.requested"):
    """Somebody asked for a notification; for whom and how it is sent comes next."""

    notification_id: UUID
    category: str


class NotificationCancelled(Event, topic="notifications.notification.cancelled"):
    """A notification was cancelled before it went to everybody."""

    notification_id: UUID


class DeliveryFailed(Event, topic="notifications.delivery.failed", personal={"user_id": "user_id"}):
    """A notification did not reach a device or mailbox, and is tried no more."""

    notification_id: UUID
    delivery_id: UUID
    user_id: UUID
    channel: str
    state: str
    reason: str


class InboxItemAdded(
    Event,
    topic="notifications.inbox_item.added",
    personal={"user_id": "user_id", "title": "user_id", "body": "user_id", "url": "user_id"},
):
    """Something new lies in a person's inbox, which holds so many unread items now."""

    user_id: UUID
    item_id: UUID
    category: str
    title: str
    body: str
    url: str
    unread: int


class InboxChanged(Event, topic="notifications.inbox.changed", personal={"user_id": "user_id"}):
    """Items were seen, read, unread or archived; no items named means all of them."""

    user_id: UUID
    change: str
    item_ids: list[UUID]
    unread: int


class PreferencesChanged(
    Event, topic="notifications.preferences.changed", personal={"user_id": "user_id"}
):
    """A person switched a channel of a category, or set their quiet hours."""

    user_id: UUID


class TopicSubscribed(
    Event,
    topic="notifications.topic.subscribed",
    personal={"user_id": "user_id", "name": "user_id"},
):
    """A person is sent what goes to the topic of this name."""

    user_id: UUID
    subscription_id: UUID
    name: str


class TopicLeft(
    Event,
    topic="notifications.topic.left",
    personal={"user_id": "user_id", "name": "user_id"},
):
    """A person is no more sent what goes to the topic of this name."""

    user_id: UUID
    subscription_id: UUID
    name: str


class CategorySaved(Event, topic="notifications.category.saved"):
    """An operator set how a category is sent: one of their own, or over what an app declares."""

    category: str


class CategoryDeleted(Event, topic="notifications.category.deleted"):
    """What operators set of a category is gone; what an app declares of it, if any, holds again."""

    category: str


class TemplateSaved(Event, topic="notifications.template.saved"):
    """An operator wrote the words of a template: one of their own, or over those of an app."""

    template: str
    category: str


class TemplateDeleted(Event, topic="notifications.template.deleted"):
    """The words that operators wrote are gone; those an app declares, if any, are sent again."""

    template: str


class DeviceRegistered(
    Event, topic="notifications.device.registered", personal={"user_id": "user_id"}
):
    """A device can be reached by push from now on."""

    user_id: UUID
    registration_id: UUID
    service: str


class DeviceRetired(Event, topic="notifications.device.retired", personal={"user_id": "user_id"}):
    """A device is sent no pushes any more."""

    user_id: UUID
    registration_id: UUID
    reason: str


class DeviceTried(Event, topic="notifications.device.tried", personal={"user_id": "user_id"}):
    """An operator had a test push sent to a device."""

    user_id: UUID
    registration_id: UUID


class AccountCreated(Event, topic="notifications.account.created"):
    """There is a new account at a push service."""

    account: str
    service: str


class AccountUpdated(Event, topic="notifications.account.updated"):
    """Something that operators set of an account at a push service is otherwise."""

    account: str
    service: str


class AccountSecretRotated(Event, topic="notifications.account.secret_rotated"):
    """An account at a push service has another key."""

    account: str
    service: str


class ProviderMisconfigured(Event, topic="notifications.provider.misconfigured"):
    """A provider refuses our keys or settings: nothing of this account goes out until mended."""

    account: str
    service: str
    reason: str


class ProviderRecovered(Event, topic="notifications.provider.recovered"):
    """A provider takes notifications of an account again."""

    account: str
    service: str
