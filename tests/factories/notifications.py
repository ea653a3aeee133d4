"""Accounts at push services, devices, and notifications on their way, that read well in tests."""

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory
from typing_extensions import override

from apps.kernel import clock
from apps.notifications.models import (
    Delivery,
    InboxItem,
    Notification,
    ProviderAccount,
    Recipient,
    Registration,
)
from apps.notifications.secrets import seal
from apps.notifications.types import (
    Channel,
    NotificationState,
    PushService,
    RecipientState,
    TargetKind,
    Urgency,
)
from tests.factories.accounts import UserFactory


class AccountFactory(DjangoModelFactory[ProviderAccount]):
    """An account at FCM with a secret that opens nothing."""

    class Meta:
        model = ProviderAccount

    name = factory.Sequence("account-{}".format)
    service = PushService.FCM
    config = factory.LazyFunction(lambda: {"project_id": "nowhere"})
    secret = "a secret"

    @classmethod
    @override
    def _create(
        cls, model_class: type[ProviderAccount], *args: object, **fields: Any
    ) -> ProviderAccount:
        secret = fields.pop("secret")
        account = model_class(**fields)
        seal(account, "sealed_secret", secret.encode())
        account.save()
        return account


class RegistrationFactory(DjangoModelFactory[Registration]):
    """A device of a new user, by a token of the kind that FCM and APNs give."""

    class Meta:
        model = Registration

    user = factory.SubFactory(UserFactory)
    account = factory.SubFactory(AccountFactory)
    service = factory.SelfAttribute("account.service")
    token = factory.Sequence("{:064x}".format)
    app_id = "app.mainstay.demo"
    registered_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))


class NotificationFactory(DjangoModelFactory[Notification]):
    """A notification that went to everybody it is for."""

    class Meta:
        model = Notification

    sender = "test"
    idempotency_key = factory.Sequence("key-{}".format)
    fingerprint = b"f" * 32
    category = "test"
    target_kind = TargetKind.USERS
    ttl_seconds = 3600
    scheduled_at = factory.LazyFunction(clock.now)
    state = NotificationState.EXPANDED
    correlation_id = "correlation-of-the-notification"
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class RecipientFactory(DjangoModelFactory[Recipient]):
    """Somebody to whom a notification has been sent."""

    class Meta:
        model = Recipient

    notification = factory.SubFactory(NotificationFactory)
    user = factory.SubFactory(UserFactory)
    category = factory.SelfAttribute("notification.category")
    state = RecipientState.SENT


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A push to a device that is due now."""

    class Meta:
        model = Delivery

    registration = factory.SubFactory(RegistrationFactory)
    user = factory.SelfAttribute("registration.user")
    account = factory.SelfAttribute("registration.account")
    recipient = factory.SubFactory(RecipientFactory, user=factory.SelfAttribute("..user"))
    category = factory.SelfAttribute("recipient.category")
    channel = Channel.PUSH
    content = factory.LazyFunction(
        lambda: {"title": "The lift works again", "body": "In house 2.", "language": "en"}
    )
    urgency = Urgency.NORMAL
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(hours=1))
    due_at = factory.LazyFunction(clock.now)


class InboxItemFactory(DjangoModelFactory[InboxItem]):
    """Something new in the inbox of a new user."""

    class Meta:
        model = InboxItem

    user = factory.SubFactory(UserFactory)
    category = "test"
    title = factory.Sequence("News {}".format)
    body = "The lift works again."
    url = "/houses/2"
    data = factory.LazyFunction(lambda: {"house": "2"})
    language = "en"
