"""The keys as processes hold them: made once, read again in time, revoked everywhere."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from apps.keyring import ring as ring_module
from apps.keyring.errors import CiphertextRefused
from apps.keyring.models import Key
from apps.keyring.ring import Ring, ring
from apps.keyring.services import add_key, decrypt, encrypt, revoke_key, sign
from apps.keyring.types import Purpose, State
from tests.processes import python_on_the_same_database

CONTEXT = b"a:1"


@pytest.fixture
def no_keys(transactional_db: None) -> None:
    """A fresh database, in which nobody has needed a key yet."""
    # First keys are committed on their own, so earlier tests leave theirs behind.
    Key.objects.all().delete()
    ring.forget()


def test_threads_that_need_the_first_key_at_once_share_one(no_keys: None) -> None:
    together = Barrier(8)

    def first_use(number: int) -> bytes:
        try:
            together.wait()
            return encrypt(
                purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"%d" % number, context=CONTEXT
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(first_use, range(8)))

    assert Key.objects.get().state == State.ACTIVE
    for number, token in enumerate(tokens):
        plaintext = decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=token, context=CONTEXT)
        assert plaintext == b"%d" % number


def test_processes_that_need_the_first_key_at_once_share_one(no_keys: None) -> None:
    script = """
from apps.keyring.services import encrypt
from apps.keyring.types import Purpose
input()
say(encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"x", context=b"a:1").decode())
"""
    processes = [python_on_the_same_database(script) for _ in range(3)]

    for process in processes:
        process.tell("go")
    tokens = [process.line() for process in processes]

    assert len({token.partition(".")[0] for token in tokens}) == 1
    assert Key.objects.count() == 1
    for token in tokens:
        encoded = token.encode()
        assert decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=encoded, context=CONTEXT) == b"x"


def test_first_key_outlives_the_transaction_that_needed_it(no_keys: None) -> None:
    with transaction.atomic():
        signature = sign(purpose=Purpose.SIGNED_URL, message=b"x")
        transaction.set_rollback(True)

    assert Key.objects.get().kid == signature.kid


@pytest.mark.django_db
def test_fresh_keys_cost_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keys = Ring()
    keys.active(Purpose.JWT)
    keys._read_at += 60

    with django_assert_num_queries(0):
        keys.active(Purpose.JWT)


@pytest.mark.django_db
def test_flood_of_unknown_key_ids_is_one_read(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring_module, "FORCED_READ_EVERY_SECONDS", 60)
    keys = Ring()
    keys.active(Purpose.JWT)
    keys._read_at += 60

    with django_assert_num_queries(1):
        for number in range(10_000):
            assert keys.find(Purpose.JWT, f"invented-{number}") is None


@pytest.mark.django_db
def test_key_that_was_just_added_elsewhere_is_found_at_once() -> None:
    keys = Ring()
    keys.active(Purpose.JWT)
    keys._read_at += 60

    kid = add_key(purpose=Purpose.JWT)

    assert keys.find(Purpose.JWT, kid) is not None


def test_key_revoked_here_stops_working_in_another_process(transactional_db: None) -> None:
    token = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"x", context=CONTEXT)
    other = python_on_the_same_database(f"""
import time
from apps.keyring.errors import CiphertextRefused
from apps.keyring.services import decrypt
from apps.keyring.types import Purpose
def read():
    return decrypt(purpose=Purpose.FIELD_ENCRYPTION, token={token!r}, context=b"a:1")
say(read())
try:
    while True:
        read()
        time.sleep(0.01)
except CiphertextRefused:
    say("refused")
""")
    assert other.line() == "b'x'"

    revoke_key(kid=token.partition(b".")[0].decode(), is_forced=True)

    assert other.line() == "refused"
    assert ring_module.FRESH_SECONDS < 1
    with pytest.raises(CiphertextRefused):
        decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=token, context=CONTEXT)
    assert ring.active(Purpose.FIELD_ENCRYPTION) is None
