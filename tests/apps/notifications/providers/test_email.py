"""E-mail: sent through Django's mail, and judged by what the mail server says."""

import smtplib
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django.fixtures import Settings
from typing_extensions import override

from apps.notifications import services
from apps.notifications.models import Delivery
from apps.notifications.types import Channel, DeliveryState
from tests.apps.notifications.pushing import attempts
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


class Refusing(BaseEmailBackend):
    """A backend whose server answers as a test says."""

    error: Exception = OSError()

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


def _delivered() -> Delivery:
    user = UserFactory.create(email="dana@example.com")
    delivery = DeliveryFactory.create(
        registration=None,
        user=user,
        account=None,
        channel=Channel.EMAIL,
        recipient__user=user,
        content={"title": "The lift works", "body": "In house 2.", "url": "https://example.com/2"},
    )
    services.deliver_due()
    delivery.refresh_from_db()
    return delivery


def test_mail_says_the_words_and_where_to_go(mailoutbox: list[Any]) -> None:
    delivery = _delivered()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["dana@example.com"], "The lift works")
    assert mail.body == "In house 2.\n\nhttps://example.com/2"
    assert str(delivery.public_id) in mail.extra_headers["Message-ID"]
    assert delivery.state == DeliveryState.ACCEPTED


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), 550, "failed"),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"busy")}), 450, "retry"),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), 535, "misconfigured"),
        (smtplib.SMTPDataError(554, b"spam"), 554, "failed"),
        (smtplib.SMTPServerDisconnected("gone"), None, "retry"),
        (ConnectionRefusedError("nobody there"), None, "retry"),
        (ValueError("a line break in the subject"), None, "failed"),
    ],
)
def test_what_the_server_says_decides(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int | None,
    outcome: str,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    monkeypatch.setattr(Refusing, "error", error)

    delivery = _delivered()

    ((_, told, _, came),) = attempts(delivery)
    assert (told, came) == (status, outcome)
