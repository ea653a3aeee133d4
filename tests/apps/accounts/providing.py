"""What phones do with providers."""

from typing import Any

from django.http import HttpResponse

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.apps.accounts.openid_provider import CLIENT_ID, OpenIdProvider
from tests.apps.accounts.phones import (
    FLOWS,
    Phone,
)
from tests.factories.accounts import DeviceFactory


def sent(phone: Phone, provider: str, process: str = "login", **token: Any) -> HttpResponse:
    body = {"client_id": CLIENT_ID, **token}
    return phone.post(
        f"{FLOWS}/auth/provider/token", provider=provider, process=process, token=body
    )


def by(provider: OpenIdProvider, name: str = "google", **changes: Any) -> Phone:
    phone = Phone()
    sent(phone, name, id_token=provider.id_token(**changes))
    return phone


def topics_of(user: User) -> list[str]:
    entries = LogEntry.objects.filter(payload__user_id=str(user.public_id))
    return list(entries.order_by("position").values_list("topic", flat=True))


def guest() -> tuple[Phone, User]:
    phone = Phone()
    phone.start_as_a_guest()
    user = User.objects.get(email="")
    DeviceFactory.create(user=user)
    return phone, user
