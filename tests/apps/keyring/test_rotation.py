"""The how-to of rotation, followed while everybody goes on working: nobody notices."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event

from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import Session, User
from apps.keyring.models import Key
from apps.keyring.ring import FRESH_SECONDS
from apps.keyring.selectors import keys
from apps.keyring.services import add_key, decrypt, encrypt, sign, sign_token, verify
from apps.keyring.types import Purpose, State
from devstack.waiting import wait_until
from tests.apps.accounts.phones import Phone, shown
from tests.factories.accounts import UserFactory
from tests.factories.webhooks import EndpointFactory
from tests.processes import OtherProcess, python_on_the_same_database

ROUNDS = 2
# So that nobody meets the limit of requests per minute.
PAUSE_SECONDS = 0.02

# Another instance of the application, which learns of the keys from the database only.
_VERIFIER = """
from apps.keyring.services import verify_token
say("ready")
while True:
    verify_token(input(), audience="api")
    say("fine")
"""


def phone_of(user: User) -> Phone:
    phone = Phone()
    assert phone.sign_in(str(user.email)).status_code == 200
    return phone


def signing_in() -> Callable[[], None]:
    user = UserFactory.create()

    def once() -> None:
        assert phone_of(user).is_signed_in

    return once


def staying_signed_in() -> Callable[[], None]:
    phone = phone_of(UserFactory.create())

    def once() -> None:
        assert phone.is_signed_in
        assert phone.refresh().status_code == 200

    return once


def signing_and_verifying(other: OtherProcess) -> Callable[[], None]:
    first = sign(purpose=Purpose.SIGNED_URL, message=b"first")

    def once() -> None:
        newest = sign(purpose=Purpose.SIGNED_URL, message=b"x")
        verify(purpose=Purpose.SIGNED_URL, message=b"x", signature=newest)
        verify(purpose=Purpose.SIGNED_URL, message=b"first", signature=first)
        other.tell(sign_token(claims={"sub": "a"}, audience="api", lifetime=timedelta(minutes=1)))
        assert other.line() == "fine"

    return once


def keeping_secrets() -> Callable[[], None]:
    owner = UserFactory.create()
    endpoint, phone = EndpointFactory.create(owner=owner), phone_of(owner)
    path = f"/api/v1/webhooks/endpoints/{endpoint.public_id}/secret/"
    secret = shown(phone.get(path))["secret"]

    def once() -> None:
        assert shown(phone.get(path))["secret"] == secret
        purpose = Purpose.FIELD_ENCRYPTION
        token = encrypt(purpose=purpose, plaintext=b"x", context=b"a:1")
        assert decrypt(purpose=purpose, token=token, context=b"a:1") == b"x"

    return once


class Repeated:
    """Something done again and again, until it is told to stop."""

    def __init__(self, once: Callable[[], None]) -> None:
        self.times = 0
        self.stop = Event()
        self._once = once

    def run(self) -> None:
        try:
            while not self.stop.wait(PAUSE_SECONDS):
                self._once()
                self.times += 1
        finally:
            connection.close()


def are_done_again(work: Sequence[Repeated], runs: Sequence[Future[None]], *, times: int) -> bool:
    """Tell whether each is done so many times more, soon; a failure is told in their results."""
    goals = [each.times + times for each in work]

    def is_reached() -> bool:
        are_reached = all(each.times >= goal for each, goal in zip(work, goals, strict=True))
        return are_reached or any(run.done() for run in runs)

    return wait_until(is_reached, seconds=60)


def rotate_every_purpose() -> None:
    kids = [add_key(purpose=purpose) for purpose in Purpose]
    for kid in kids:
        call_command("keys", "activate", "--kid", kid)
    call_command("keys", "reencrypt")


def revoke_what_nothing_needs(purpose: Purpose) -> None:
    for key in keys(purpose=purpose):
        if key.state is State.RETIRING:
            assert wait_until(partial(is_revoked, key.kid), seconds=60)


def is_revoked(kid: str) -> bool:
    """Revoke a key unless what began before its rotation still runs, anywhere on the server."""
    try:
        call_command("keys", "revoke", "--kid", kid, "--yes")
    except CommandError as refused:
        if "try again" in str(refused):
            return False
        raise
    return True


def test_rotating_every_purpose_fails_no_request_and_logs_nobody_out(
    transactional_db: None,
) -> None:
    other = python_on_the_same_database(_VERIFIER)
    assert other.line() == "ready"
    jobs = [signing_in(), staying_signed_in(), signing_and_verifying(other), keeping_secrets()]
    work = [Repeated(once) for once in jobs]

    with ThreadPoolExecutor(len(work)) as pool:
        runs = [pool.submit(each.run) for each in work]
        try:
            for _ in range(ROUNDS):
                assert are_done_again(work, runs, times=1)
                rotate_every_purpose()
            # As the how-to says: until what began before the rotation has ended.
            time.sleep(FRESH_SECONDS)
            assert are_done_again(work, runs, times=2)
            revoke_what_nothing_needs(Purpose.WEBHOOK_SECRET)
            assert are_done_again(work, runs, times=2)
        finally:
            for each in work:
                each.stop.set()
    other.kill()

    for run in runs:
        run.result()
    assert not Session.objects.exclude(ended_at=None).exists()
    retiring = Key.objects.filter(state=State.RETIRING)
    assert not retiring.filter(purpose=Purpose.WEBHOOK_SECRET).exists()
    assert {key.purpose for key in retiring} == set(Purpose) - {Purpose.WEBHOOK_SECRET}


def test_leaked_key_of_tokens_costs_nobody_their_session(transactional_db: None) -> None:
    phone = phone_of(UserFactory.create())
    (leaked,) = [key.kid for key in keys(purpose=Purpose.JWT) if key.state is State.ACTIVE]
    call_command("keys", "activate", "--kid", add_key(purpose=Purpose.JWT))

    call_command("keys", "revoke", "--kid", leaked, "--yes")

    assert not phone.is_signed_in
    assert phone.refresh().status_code == 200
    assert phone.is_signed_in
