"""What is forgotten is known to every process in half a second, whatever is open meanwhile."""

import threading
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction

from apps.caching import ledger as ledgers
from apps.caching.entries import Entry
from apps.caching.ledger import Ledger
from apps.caching.services import clear, forget, forget_matching, forget_tagged
from devstack.waiting import wait_until
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, STRICT, entry
from tests.processes import python_on_the_same_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ledger() -> Ledger:
    """What another process knows: nobody tells it to read anew."""
    return Ledger()


def made(ledger: Ledger, **known: object) -> Entry:
    return entry(seen=ledger.seen(), **known)  # type: ignore[arg-type]  # as the entry's own


def test_entry_made_before_counts_no_more_and_one_made_after_does(ledger: Ledger) -> None:
    before = made(ledger)

    forget(STRICT, "key")
    ledger.read_anew()
    after = made(ledger)

    assert ledger.has_forgotten(before)
    assert not ledger.has_forgotten(after)


def test_another_process_knows_within_half_a_second(ledger: Ledger) -> None:
    before = made(ledger)

    forget(STRICT, "key")

    # A machine that is busy may be late; what is never read is never known.
    assert wait_until(lambda: ledger.has_forgotten(before), seconds=10 + ledgers.FRESH_SECONDS)


def test_only_what_is_met_is_forgotten(ledger: Ledger) -> None:
    ours = [made(ledger, key="a/1"), made(ledger, key="b", tags=("t", "file:1"))]
    theirs = [
        made(ledger, key="c/1"),
        made(ledger, key="A/1"),
        made(ledger, key="b", tags=("file:11",)),
        made(ledger, namespace=LENIENT.name, key="a/1"),
    ]

    forget_matching(STRICT, "a/*")
    forget_tagged("file:1")
    ledger.read_anew()

    assert [ledger.has_forgotten(each) for each in ours] == [True, True]
    assert not any(ledger.has_forgotten(each) for each in theirs)


def test_what_was_forgotten_during_a_reading_is_read_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, read = made(ledger), ledgers._read_after

    def slowly(former: object) -> object:
        known = read(former)  # type: ignore[arg-type]  # as it was given
        monkeypatch.setattr(ledgers, "_read_after", read)
        forget(STRICT, "key")
        ledger.read_anew()
        return known

    monkeypatch.setattr(ledgers, "_read_after", slowly)
    ledger.read_anew()
    ledger.seen()

    assert ledger.has_forgotten(before)


def test_what_is_rolled_back_was_never_forgotten(ledger: Ledger) -> None:
    before = made(ledger)

    with transaction.atomic():
        forget(STRICT, "key")
        transaction.set_rollback(True)
    ledger.read_anew()

    assert not ledger.has_forgotten(before)


_OTHER = """
from django.db import transaction
from apps.caching.forgetting import _write
with transaction.atomic():
    _write("key", "sample.strict", ["key"])
    say("written")
    input()
say("committed")
"""


def test_entry_made_while_another_transaction_was_open_counts_no_more(ledger: Ledger) -> None:
    other = python_on_the_same_database(_OTHER)
    assert other.line() == "written"
    # Later transactions end before it; it commits with a lower number than they have.
    forget(STRICT, "another key")
    ledger.read_anew()
    meanwhile = made(ledger)
    assert not ledger.has_forgotten(meanwhile)

    other.tell("")
    assert other.line() == "committed"
    ledger.read_anew()

    assert ledger.has_forgotten(meanwhile)
    assert not ledger.has_forgotten(made(ledger))


def test_what_a_transaction_of_ones_own_sees_is_not_yet_true_for_others(ledger: Ledger) -> None:
    with transaction.atomic():
        forget(STRICT, "key")
        within = made(ledger)
    ledger.read_anew()

    assert ledger.has_forgotten(within)


def test_later_ones_stand_for_those_before(ledger: Ledger) -> None:
    entries = []
    for _ in range(5):
        entries.append(made(ledger))
        forget(STRICT, "key")
        ledger.read_anew()
        assert all(ledger.has_forgotten(each) for each in entries)

    assert ledger._known is not None
    assert [len(xids) for xids in ledger._known.heard.values()] == [1]


def test_whole_namespace_stands_for_its_keys(ledger: Ledger) -> None:
    before = [made(ledger), made(ledger, key="other")]
    forget(STRICT, "key")
    forget(LENIENT, "key")
    forget_tagged("t")
    ledger.read_anew()
    ledger.seen()

    clear(namespace=STRICT.name, reason="test")
    ledger.read_anew()

    assert all(ledger.has_forgotten(each) for each in before)
    assert ledger._known is not None
    assert set(ledger._known.heard) == {
        ("all", STRICT.name, ""),
        ("key", LENIENT.name, "key"),
        ("tag", "", "t"),
    }


def test_everything_is_read_anew_now_and_then(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "_WHOLE_AGAIN_SECONDS", 0.0)
    before = made(ledger)
    forget(STRICT, "key")
    forget(STRICT, "key")

    ledger.read_anew()

    assert ledger.has_forgotten(before)
    assert not ledger.has_forgotten(made(ledger))


def test_entry_from_before_the_database_was_set_back_counts_no_more(
    ledger: Ledger, hands: Hands
) -> None:
    ahead = entry(seen="999999999:999999999:")
    hands.move(minutes=5)

    assert ledger.has_forgotten(ahead)


def test_entry_of_a_process_that_read_later_counts(ledger: Ledger, hands: Hands) -> None:
    assert not ledger.has_forgotten(entry(seen="999999999:999999999:"))


class Silence:
    """A database that answers nobody."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        monkeypatch.setattr(connection, "cursor", self._fail)

    def _fail(self) -> None:
        self.asked += 1
        raise DatabaseError("silent")


def test_without_postgresql_it_is_trusted_for_a_while_and_not_for_ever(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(ledger)
    silence = Silence(monkeypatch)
    ledger.read_anew()

    assert ledger.is_trusted()
    assert not ledger.has_forgotten(before)
    assert ledger.seen() == before.seen
    # It is not asked by everybody who looks.
    assert silence.asked == 1

    monkeypatch.setattr(ledgers, "TRUSTED_SECONDS", 0.0)
    assert not ledger.is_trusted()


def test_broken_transaction_keeps_nobody_else_from_reading(ledger: Ledger) -> None:
    before = made(ledger)

    with transaction.atomic():
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT no such column")
        ledger.read_anew()
        assert ledger.seen() == before.seen
        transaction.set_rollback(True)
    forget(STRICT, "key")
    ledger.read_anew()

    assert not ledger._is_failing
    assert ledger.has_forgotten(before)


def test_process_that_never_heard_of_postgresql_trusts_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    Silence(monkeypatch)

    assert ledger.seen() == ""
    assert not ledger.is_trusted()
    assert not ledger.has_forgotten(entry())


def test_entry_made_without_postgresql_counts_no_more_once_it_is_back(ledger: Ledger) -> None:
    assert ledger.has_forgotten(entry(seen=""))


def test_nobody_waits_while_another_asks_a_database_that_failed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "_REST_SECONDS", 0.0)
    Silence(monkeypatch)
    ledger.seen()
    asking, answered = threading.Event(), threading.Event()

    def hang(_: object) -> None:
        asking.set()
        assert answered.wait(60)
        raise DatabaseError("hung")

    monkeypatch.setattr(ledgers, "_read_after", hang)
    another = threading.Thread(target=ledger.seen)
    another.start()
    assert asking.wait(60)

    # It would hang for as long as the other one does.
    assert ledger.seen() == ""
    assert another.is_alive()

    answered.set()
    another.join()
