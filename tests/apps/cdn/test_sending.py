"""Purges reach Cloudflare: in batches, within its pace, again after failures, none ever lost."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from apps.cdn import sending
from apps.cdn.models import Purge, Sender
from apps.cdn.providers.cloudflare import Cloudflare
from apps.cdn.services import prune, purge_everything, purge_tags, purge_urls, send_due
from apps.cdn.turns import LEASE, LONGEST_ASKED_SECONDS, LONGEST_PAUSE_SECONDS, take_turn
from apps.cdn.types import PurgeState
from apps.events.models import LogEntry
from apps.kernel import clock
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands
from tests.hostile_server import HostileServer, answering

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "https://cdn.example.com"


def states() -> set[str]:
    return set(Purge.objects.values_list("state", flat=True))


def told(what: str) -> list[dict[str, str]]:
    """Return what was announced of the purges there are."""
    known = {str(each) for each in Purge.objects.values_list("public_id", flat=True)}
    payloads = LogEntry.objects.filter(topic=f"cdn.purge.{what}").values_list("payload", flat=True)
    return [each for each in payloads if each["purge_id"] in known]


def sent_until_done(hands: Hands) -> None:
    """Let the beat do its work for as long as there is any."""
    for _ in range(200):
        send_due()
        if not Purge.objects.filter(state=PurgeState.PENDING).exists():
            return
        hands.move(seconds=31)
    raise AssertionError("Purges wait for ever.")


def test_what_is_purged_is_gone_and_all_else_stays(
    cloudflare: FakeCloudflare, hands: Hands
) -> None:
    cloudflare.cached = {
        f"{BASE}/a": set(),
        f"{BASE}/b": {"file-1", "x"},
        f"{BASE}/c": {"file-2"},
    }
    purge_urls(["/a"])
    purge_tags(["file-1"])
    hands.move(seconds=1)

    send_due()

    assert cloudflare.cached == {f"{BASE}/c": {"file-2"}}


def test_purge_is_said_again_for_what_was_on_its_way(
    cloudflare: FakeCloudflare, hands: Hands
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    send_due()
    cloudflare.cached = {f"{BASE}/late": {"file-1"}}

    send_due()
    assert states() == {PurgeState.PENDING}
    hands.move(seconds=31)
    send_due()

    assert cloudflare.cached == {}
    assert len(cloudflare.taken) == 2
    assert states() == {PurgeState.DONE}
    assert [each["outcome"] for each in told("finished")] == ["done"]


def test_many_small_purges_are_one_request(cloudflare: FakeCloudflare, hands: Hands) -> None:
    for number in range(150):
        purge_tags([f"file-{number % 120}"])
    # They are due by PostgreSQL's clock, which has gone on meanwhile.
    hands.move(minutes=5)

    send_due()

    assert [len(said["tags"]) for said in cloudflare.taken] == [100, 20]


def test_everything_answers_all_that_waits(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    purge_everything()
    purge_urls(["/a"])
    hands.move(seconds=1)

    sent_until_done(hands)

    assert cloudflare.taken == [{"purge_everything": True}] * 2
    assert states() == {PurgeState.DONE}


def test_pace_of_the_plan_is_kept(cloudflare: FakeCloudflare, hands: Hands) -> None:
    for number in range(40):
        purge_tags(f"f-{number}-{each}" for each in range(100))
    hands.move(seconds=1)

    send_due()
    assert len(cloudflare.taken) == 25
    send_due()
    assert len(cloudflare.taken) == 25
    hands.move(seconds=24)
    send_due()

    assert len(cloudflare.taken) == 27


def test_cloudflare_that_asks_for_a_pause_gets_it(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    cloudflare.tokens, cloudflare.retry_after = 0, "90"
    send_due()
    cloudflare.tokens = 1000

    hands.move(seconds=89)
    send_due()
    assert not cloudflare.taken
    hands.move(seconds=2)
    send_due()

    assert cloudflare.taken
    assert Sender.objects.get().last_problem == ""


def test_nobody_may_ask_for_a_pause_of_days(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    cloudflare.tokens, cloudflare.retry_after = 0, "999999"

    send_due()

    paused_until = Sender.objects.get().paused_until
    assert paused_until is not None
    assert paused_until <= clock.now() + timedelta(seconds=LONGEST_ASKED_SECONDS)


def test_outage_loses_nothing_and_is_caught_up_with(
    cloudflare: FakeCloudflare, hands: Hands
) -> None:
    cloudflare.cached = {f"{BASE}/{each}": {f"file-{each}"} for each in range(300)}
    cloudflare.is_down = True
    for each in range(300):
        purge_tags([f"file-{each}"])
    hands.move(seconds=1)
    for _ in range(12):
        send_due()
        sender = Sender.objects.get()
        assert sender.paused_until is not None
        pause = (sender.paused_until - clock.now()).total_seconds()
        assert 0 < pause <= LONGEST_PAUSE_SECONDS * 1.2
        hands.moment = sender.paused_until
    assert Sender.objects.get().consecutive_failures == 12
    assert "502" in Sender.objects.get().last_problem

    cloudflare.is_down = False
    sent_until_done(hands)

    assert cloudflare.cached == {}
    assert states() == {PurgeState.DONE}
    assert Sender.objects.get().failing_since is None


def test_wrong_token_is_no_fault_of_the_purge(
    cloudflare: FakeCloudflare, hands: Hands, settings: Settings
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    settings.CDN_CLOUDFLARE_TOKEN = "another"

    send_due()

    row = Purge.objects.get()
    assert row.state == PurgeState.PENDING
    assert "Authentication error" in row.last_problem


def test_one_url_that_is_refused_takes_no_other_with_it(
    cloudflare: FakeCloudflare, hands: Hands, settings: Settings
) -> None:
    settings.BASE_URL = "https://not-at-cloudflare.example"
    good = [f"{BASE}/{each}" for each in range(9)]
    cloudflare.cached = {url: set() for url in good}
    purge_urls([*good[:5], "https://not-at-cloudflare.example/x", *good[5:]])
    purge_urls(["/more"])
    hands.move(seconds=1)

    sent_until_done(hands)

    assert cloudflare.cached == {}
    refused = Purge.objects.get(state=PurgeState.REFUSED)
    assert refused.subjects == ["https://not-at-cloudflare.example/x"]
    assert "1016" in refused.last_problem
    assert {each["outcome"] for each in told("finished")} == {"done", "refused"}
    assert len(told("parted")) == Purge.objects.count() - 2


def test_only_one_worker_speaks_at_a_time_and_a_dead_one_blocks_not_for_long(
    cloudflare: FakeCloudflare, hands: Hands
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    assert take_turn() is not None  # a worker that dies before it does anything

    send_due()
    assert not cloudflare.taken
    hands.moment += LEASE
    send_due()

    assert cloudflare.taken


def test_worker_that_dies_after_the_request_is_followed_by_one_that_repeats_it(
    cloudflare: FakeCloudflare, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending, "note_taken", killed)
        patched.setattr(sending, "give_back", lambda _: None)
        with pytest.raises(SystemExit):
            send_due()
    hands.moment += LEASE
    sent_until_done(hands)

    assert len(cloudflare.taken) == 3
    assert states() == {PurgeState.DONE}


def test_worker_whose_lease_ended_records_nothing(
    cloudflare: FakeCloudflare, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    really = Cloudflare.purge

    def slow(self: Cloudflare, *asked: object) -> None:
        really(self, *asked)  # type: ignore[arg-type]
        hands.moment += LEASE
        assert take_turn() is not None

    monkeypatch.setattr(Cloudflare, "purge", slow)
    assert send_due() is False

    assert Purge.objects.get().taken_at is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"success": false}', b'{"errors": 1}'])
def test_answer_that_says_nothing_is_no_success(
    cloudflare: FakeCloudflare, hands: Hands, api: HostileServer, body: bytes
) -> None:

    api.behave = answering(200, body)
    purge_tags(["file-1"])
    hands.move(seconds=1)

    send_due()

    assert Purge.objects.get().taken_at is None
    assert Sender.objects.get().consecutive_failures == 1


def test_what_is_over_for_long_is_deleted(cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    sent_until_done(hands)
    purge_tags(["file-2"])

    hands.move(days=91)
    prune()

    assert [row.subjects for row in Purge.objects.all()] == [["file-2"]]


def test_without_a_cdn_nobody_is_asked(settings: Settings) -> None:
    settings.CDN_PROVIDER = ""

    assert send_due() is False
