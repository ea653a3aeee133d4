"""A push past the ledger comes back with whatever came of it, even if that is nothing."""

import pytest
from pytest_django.fixtures import Settings

from apps.kernel.clock import now
from apps.keyring.errors import CiphertextRefused
from apps.notifications import courier
from apps.notifications.models import Attempt, Delivery
from apps.notifications.services import tokens
from apps.notifications.services.unrecorded import check_of, check_of_failure, send_unrecorded
from apps.notifications.types import Address, Content, Outcome, PushService
from devstack.push.answers import Answer
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


def _address(service: PushService) -> Address:
    return Address(service=service, token="ab" * 32, app_id="app.demo", registered_at=now())


def test_push_is_sent_and_leaves_no_row(push_services: PushServices) -> None:
    settings = tokens.ready(account_at(push_services, PushService.APNS))

    reply = send_unrecorded(
        settings, address=_address(PushService.APNS), content=Content(title="Hello")
    )

    assert reply.outcome is Outcome.ACCEPTED
    assert len(push_services.journal.pushes()) == 1
    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("service", [PushService.FCM, PushService.APNS])
def test_service_that_says_nothing_is_a_reply_too(
    push_services: PushServices, monkeypatch: pytest.MonkeyPatch, service: PushService
) -> None:
    settings = tokens.ready(account_at(push_services, service))
    push_services.answers.add(Answer(service=service, action="hang", times=1))
    monkeypatch.setattr(courier, "SECONDS_PER_PARCEL", 0.3)

    reply = send_unrecorded(settings, address=_address(service), content=Content(title="Hello"))

    assert (reply.outcome, reply.code) == (Outcome.RETRY, "timed_out")
    assert check_of(reply, is_good=False).said.startswith("no answer timed_out")


def test_account_with_unreadable_secret_is_ours_to_mend(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.WEB_PUSH)
    account.sealed_secret = "k1.broken"

    with pytest.raises(CiphertextRefused) as unreadable:
        tokens.ready(account)

    assert check_of_failure(unreadable.value).is_our_fault
