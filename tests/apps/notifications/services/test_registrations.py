"""Apps tell where devices can be reached: again and again, and for whoever uses them now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.errors import RegistrationRefused
from apps.notifications.models import Registration
from apps.notifications.services import register_device, retire_registration
from apps.notifications.services.registrations import MAX_LIVE_DEVICES, Registered
from apps.notifications.types import DeviceAddress, PushService
from apps.resilience.errors import ForbiddenAddress
from tests.apps.notifications.telling import told
from tests.factories.accounts import DeviceFactory, SessionFactory, UserFactory
from tests.factories.notifications import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db

FCM = DeviceAddress(service=PushService.FCM, token="token-1", fid="fid-1")
APNS = DeviceAddress(service=PushService.APNS, token="AB" * 32, app_id="app.mainstay")
WEB = DeviceAddress(
    service=PushService.WEB_PUSH,
    token="http://127.0.0.1:8000/push/1",
    p256dh="BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    auth="tBHItJI5svbpez7KI4CCXg",
)


@pytest.fixture(autouse=True)
def accounts(db: None) -> None:
    for service in PushService:
        AccountFactory.create(service=service, name=service.value, is_default=True, config={})


def _register(user: User, address: DeviceAddress, **more: Any) -> Registered:
    return register_device(user_id=user.pk, address=address, **more)


def _row(registered: Registered) -> Registration:
    return Registration.objects.get(public_id=registered.registration_id)


def test_device_that_registers_again_is_the_same(owner: User) -> None:
    first = _register(owner, FCM)
    Registration.objects.update(registered_at=now() - timedelta(days=9))

    again = _register(owner, FCM, locale="he")

    assert again == Registered(registration_id=first.registration_id, is_new=False)
    assert _row(again).registered_at > now() - timedelta(minutes=5)
    assert _row(again).locale == "he"
    assert len(told("device.registered")) == 1
    assert told("device.retired") == []


@pytest.mark.parametrize(
    "steps",
    [
        ["token", "token+fid", "fid"],
        ["fid", "token+fid", "token"],
        ["token+fid", "fid", "token"],
    ],
    ids="→".join,
)
def test_installation_id_takes_the_place_of_the_token_over_time(
    owner: User, steps: list[str]
) -> None:
    by_step = {
        "token": replace(FCM, fid=""),
        "fid": replace(FCM, token=""),
        "token+fid": FCM,
    }

    ids = {_register(owner, by_step[step]).registration_id for step in steps}

    assert len(ids) == 1
    registration = Registration.objects.get()
    assert (registration.token, registration.fid) == (FCM.token, FCM.fid)


def test_token_that_changes_is_replaced_by_its_installation_id(owner: User) -> None:
    first = _register(owner, FCM)

    later = _register(owner, replace(FCM, token="token-2"))

    assert later.registration_id == first.registration_id
    assert _row(later).token == "token-2"


def test_two_registrations_that_turn_out_to_be_one_device_become_one(owner: User) -> None:
    by_token = _register(owner, replace(FCM, fid=""))
    by_fid = _register(owner, replace(FCM, token=""))

    merged = _register(owner, FCM)

    assert merged.registration_id == by_fid.registration_id
    assert (_row(merged).token, _row(merged).fid) == (FCM.token, FCM.fid)
    assert not _row(by_token).is_live
    assert (_row(by_token).token, _row(by_token).fid) == ("", "")


def test_token_that_shows_up_at_another_user_moves(owner: User, stranger: User) -> None:
    former = _register(owner, FCM)

    moved = _register(stranger, FCM)

    assert moved == Registered(registration_id=former.registration_id, is_new=True)
    assert _row(moved).user == stranger
    (left,) = told("device.retired")
    assert (left["user_id"], left["reason"]) == (str(owner.public_id), "moved")
    assert told("device.registered")[-1]["user_id"] == str(stranger.public_id)


def test_retired_device_that_comes_back_is_reached_again(owner: User) -> None:
    first = _register(owner, FCM)
    retire_registration(registration_id=first.registration_id)

    back = _register(owner, FCM)

    assert back == Registered(registration_id=first.registration_id, is_new=True)
    assert _row(back).is_live
    assert [each["reason"] for each in told("device.retired")] == ["removed"]
    assert len(told("device.registered")) == 2


def test_retiring_twice_is_told_once(owner: User) -> None:
    device = _register(owner, FCM)

    for _ in range(2):
        retire_registration(registration_id=device.registration_id)

    assert not _row(device).is_live
    assert len(told("device.retired")) == 1
    with pytest.raises(NotFound):
        retire_registration(registration_id=owner.public_id)


def test_device_of_the_session_is_taken_unless_one_is_named(owner: User) -> None:
    device, other = DeviceFactory.create_batch(2, user=owner)
    session = SessionFactory.create(user=owner, device=device)

    of_session = _register(owner, FCM, session_id=session.public_id)
    named = _register(owner, APNS, session_id=session.public_id, device_id=other.public_id)

    assert _row(of_session).device_id == device.public_id
    assert _row(of_session).session_id == session.public_id
    assert _row(named).device_id == other.public_id


def test_another_persons_device_is_refused(owner: User) -> None:
    device = DeviceFactory.create()

    with pytest.raises(RegistrationRefused) as refused:
        _register(owner, FCM, device_id=device.public_id)

    assert refused.value.errors[0]["field"] == "device"


def test_what_a_device_was_reached_by_before_is_retired(owner: User) -> None:
    device, other = DeviceFactory.create_batch(2, user=owner)
    before = _register(owner, APNS, device_id=device.public_id)
    elsewhere = _register(owner, replace(APNS, token="cd" * 32), device_id=other.public_id)
    of_web = _register(owner, WEB, device_id=device.public_id)

    _register(owner, replace(APNS, token="ef" * 32), device_id=device.public_id)

    assert not _row(before).is_live
    assert _row(elsewhere).is_live
    assert _row(of_web).is_live


def test_more_devices_than_anybody_has_push_the_longest_silent_out(owner: User) -> None:
    account = AccountFactory.create()
    silent = RegistrationFactory.create(
        user=owner, account=account, registered_at=now() - timedelta(days=60)
    )
    RegistrationFactory.create_batch(MAX_LIVE_DEVICES - 1, user=owner, account=account)

    _register(owner, FCM)

    silent.refresh_from_db()
    assert (silent.is_live, silent.retire_reason) == (False, "stale")
    live = Registration.objects.filter(user=owner, retired_at=None)
    assert live.count() == MAX_LIVE_DEVICES


def test_token_of_apns_is_one_in_either_case(owner: User) -> None:
    first = _register(owner, APNS)

    again = _register(owner, replace(APNS, token=APNS.token.lower()))

    assert again.registration_id == first.registration_id


def test_endpoint_of_a_private_network_is_refused(owner: User) -> None:
    with pytest.raises(ForbiddenAddress):
        _register(owner, replace(WEB, token="http://169.254.169.254/latest"))


@pytest.mark.django_db(transaction=True)
def test_token_told_by_many_at_once_is_one_device() -> None:
    users = UserFactory.create_batch(6)

    def tell(user: User) -> None:
        try:
            _register(user, FCM)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as apps:
        list(apps.map(tell, users))

    device = Registration.objects.get()
    assert device.is_live
    last = told("device.registered")[-1]
    assert last["user_id"] == str(device.user.public_id)
