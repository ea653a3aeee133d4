"""Each device is reached by the account that fits it."""

import pytest

from apps.notifications.errors import RegistrationRefused
from apps.notifications.services.account_choice import account_for
from apps.notifications.types import DeviceAddress, PushService
from tests.factories.notifications import AccountFactory

pytestmark = pytest.mark.django_db


def _chosen(service: PushService, **told: str) -> str:
    return account_for(DeviceAddress(service=service, **told)).name


def test_default_account_of_the_service_is_taken_where_none_is_named() -> None:
    AccountFactory.create(name="first")
    AccountFactory.create(name="second", is_default=True)
    AccountFactory.create(name="web", service=PushService.WEB_PUSH, is_default=True)

    assert _chosen(PushService.FCM) == "second"
    assert _chosen(PushService.FCM, account="first") == "first"


def test_only_account_of_a_service_needs_not_be_the_default() -> None:
    AccountFactory.create(name="only")

    assert _chosen(PushService.FCM) == "only"


def test_apns_account_is_of_the_environment_and_the_app() -> None:
    common = {"service": PushService.APNS}
    AccountFactory.create(name="live", config={"topic": "app.one"}, is_default=True, **common)
    AccountFactory.create(name="two", config={"topic": "app.two"}, **common)
    AccountFactory.create(
        name="trial", config={"topic": "app.one", "environment": "sandbox"}, **common
    )

    assert _chosen(PushService.APNS, app_id="app.one") == "live"
    assert _chosen(PushService.APNS, app_id="app.two") == "two"
    assert _chosen(PushService.APNS, app_id="app.one", environment="sandbox") == "trial"
    assert _chosen(PushService.APNS) == "live"


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"service": PushService.WEB_PUSH}, "No account"),
        ({"service": PushService.FCM, "account": "unknown"}, "No account"),
        ({"service": PushService.FCM, "account": "off"}, "No account"),
        ({"service": PushService.FCM, "account": "apple"}, "No account"),
        ({"service": PushService.FCM}, "Several accounts fit; name one of them: a, b."),
        ({"service": PushService.APNS}, "No account"),
    ],
)
def test_refusal_says_what_to_do(told: dict[str, str], complaint: str) -> None:
    AccountFactory.create(name="a")
    AccountFactory.create(name="b")
    AccountFactory.create(name="off", is_enabled=False)
    AccountFactory.create(name="apple", service=PushService.APNS, config={})

    with pytest.raises(RegistrationRefused, match=complaint):
        account_for(DeviceAddress(**told))  # type: ignore[arg-type]  # texts and one service
