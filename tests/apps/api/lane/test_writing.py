"""What is written in the lane is what Django would have written, and is answered alike."""

import re
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from apps.accounts.models import Session
from apps.accounts.services import sign_in_as
from apps.api import kept_answers
from apps.api.checks import complaint_about
from apps.api.lane import routes, writing
from apps.api.lane.errors import NotForTheLane
from apps.api.lane.rehearsal import Question
from apps.api.models import IdempotentAnswer
from apps.buildings.models import MaintenanceRequest
from apps.buildings.services import maintenance
from apps.events.models import LogEntry
from apps.events.services import announce
from apps.kernel.ids import new_id
from tests.abuse.wire import Answer, Sent
from tests.apps.api.lane.conftest import Asks, House, Ways
from tests.log_lines import LogLines

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.urls")]

NEW = {"title": "The lamp flickers", "description": "Since the storm.", "priority": "low"}
BODIES: tuple[Any, ...] = (
    NEW,
    {"title": "Only a title"},
    {"title": 'é "quoted" \\ %s $1 {}', "unit": None},
    {"title": "x" * 120, "description": "y" * 5000, "priority": "urgent"},
    # Refused.
    {},
    [],
    "text",
    {"title": ""},
    {"title": "   "},
    {"title": 5},
    {"title": None},
    {"title": "x" * 121},
    {"title": "t", "colour": "red"},
    {"title": "t", "status": "closed"},
    {"title": "t", "priority": "none-such"},
    {"title": "t", "unit": "no-id"},
    {"title": "t", "unit": str(new_id())},
    b"",
    b"{",
    b'{"title": "a", "title": "b"}',
    b'{"title": "\xff"}',
    b'{"title": "a\\u0000b"}',
    b'{"title": "\\ud800"}',
    b"[" * 40 + b"]" * 40,
    b'{"title": "' + b"x" * 1024 * 1024 + b'"}',
)
# What differs between two carryings out of one request: the row's own id, and its times.
OWN = re.compile(rb'(?<=^{)"id" ?: ?"[0-9a-f-]{36}"|"(?:created|updated)_at" ?: ?"[0-9TZ:.-]{27}"')


def brief(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Return what two carryings out of one request have in common."""
    return answer.status, dict(answer.headers), OWN.sub(b"", answer.body)


def written(house: House) -> list[str]:
    """Return what stands in the database of what was written, but for ids and times."""
    events = LogEntry.objects.filter(topic="buildings.request.opened").order_by("position")
    told = [
        (e.version, e.actor, e.correlation_id, e.audience, sorted(e.payload), e.payload["title"])
        for e in events
    ]
    columns = ("building", "unit", "author", "title", "description", "status", "priority")
    rows = MaintenanceRequest.objects.filter(building__public_id=house.building)
    answers = IdempotentAnswer.objects.values_list("user", flat=True)
    return sorted(map(repr, (*rows.values_list(*columns), *told, *answers)))


def since(before: list[str], house: House) -> list[str]:
    """Return what was written since then."""
    more = Counter(written(house))
    more.subtract(before)
    return sorted(more.elements())


# What is unusual about a request, one thing at a time: more would hide each other.
HEADERS: tuple[dict[str, str], ...] = (
    {"Content_Type": "application/json; charset=utf-8"},
    {"Content_Type": "application/json; charset=latin-1"},
    {"Content_Type": "text/plain"},
    {"Content_Type": ""},
    {"Content_Length": "5"},
    {"Content_Length": "99999"},
    {"Content_Length": "many"},
    {"Transfer_Encoding": "chunked"},
    {"Content_Encoding": "gzip"},
    {"If_Match": '"0"'},
    {"If_None_Match": "*"},
    {"Accept": "text/html"},
    {"Accept_Encoding": "gzip, br"},
    {"Cookie": "sessionid=1"},
    {"Host": "evil.example"},
    {"Host": "localhost:8000"},
)
TWISTS: tuple[dict[str, Any], ...] = (
    *({"key": key} for key in ("quoted", "none", "", '"', "k" * 256, "é")),
    *({"version": version} for version in ("v2", "v3")),
    *({"query": query} for query in ("?fields=id", "?limit=1", "?")),
    *({"headers": headers} for headers in HEADERS),
    {"is_elsewhere": True},
)


@pytest.mark.parametrize(
    ("body", "twist"), [*((body, {}) for body in BODIES), *((NEW, twist) for twist in TWISTS)]
)
def test_each_unusual_request_is_answered_alike(
    asks: Asks, ways: Ways, body: Any, twist: dict[str, Any]
) -> None:
    short, long = (_outcome(way, asks, "owner", body, **twist) for way in (ways.lane, ways.django))

    assert short == long


@pytest.mark.usefixtures("unlimited")
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    who=st.sampled_from(["owner", "owner", "teammate", "stranger", "guesser", "nobody"]),
    body=st.sampled_from(BODIES),
    twist=st.one_of(st.just({}), st.sampled_from(TWISTS)),
)
def test_both_ways_write_the_same(
    asks: Asks, ways: Ways, who: str, body: Any, twist: dict[str, Any]
) -> None:
    """For all people, bodies, keys and headers: one status, the same headers, body and rows.

    Seen to fail on a lane that kept no answer, on one that took numbers for texts, on one that
    announced nothing, and on one that left out the headers of the view.
    """
    short, long = (_outcome(way, asks, who, body, **twist) for way in (ways.lane, ways.django))

    assert short == long


def _outcome(
    way: Any,
    asks: Asks,
    who: str,
    body: Any,
    *,
    key: str = "fresh",
    version: str = "v1",
    query: str = "",
    headers: dict[str, str] | None = None,
    is_elsewhere: bool = False,
) -> tuple[Any, ...]:
    """Return what one way made of a create: its answer, what was written, and its replay."""
    known = {"fresh": str(uuid4()), "quoted": f'"{uuid4()}"', "none": None}.get(key, key)
    where = new_id() if is_elsewhere else asks.house.building
    before = written(asks.house)
    plain = asks.sent(body, who=who, key=known, version=version, building=where, **(headers or {}))
    target = f"{plain.target}{query}"
    sent = Sent(method="POST", target=target, headers=plain.headers, body=plain.body)
    status, told, text = brief(way(sent))
    more = since(before, asks.house)
    again = way(sent).headers.get("idempotency-replayed") if status == 201 else None
    return (
        status,
        # Seconds may pass between the two ways.
        told | {"content-length": "", "retry-after": "retry-after" in told},
        text.replace(str(where).encode(), b""),
        more,
        again,
    )


def test_plain_create_takes_the_lane(asks: Asks, ways: Ways) -> None:
    before = written(asks.house)

    for version in ("v1", "v2"):
        short = ways.lane(asks.sent(NEW, key=str(uuid4()), version=version))
        assert (short.status, ways.was_short) == (201, True)
        long = ways.django(asks.sent(NEW, key=str(uuid4()), version=version))
        assert brief(short) == brief(long)

    told = since(before, asks.house)
    # A row, an event and a kept answer of each way and version.
    assert len(told) == 4 * 3
    assert len(set(told)) == 3


@pytest.mark.parametrize(
    ("path", "body", "taken"),
    [
        ("/api/v2/buildings/", {"name": "Harbour House", "address": "1 Quay"}, 201),
        ("../units/", {"label": "3 right", "floor": 3}, 409),
    ],
)
def test_every_create_of_an_open_view_takes_it(
    asks: Asks, ways: Ways, path: str, body: Any, taken: int
) -> None:
    plain = asks.sent(body, key="k1")
    target = path.replace("../", asks.house.path.removesuffix("requests/"))
    again = asks.sent(body, key="k2")

    short = ways.lane(Sent(method="POST", target=target, headers=plain.headers, body=plain.body))
    assert (short.status, ways.was_short) == (201, True)
    long = ways.django(Sent(method="POST", target=target, headers=again.headers, body=again.body))

    # A label is unique in its building.
    assert long.status == taken
    if taken == short.status:
        assert brief(short) == brief(long)


@pytest.mark.parametrize("first", ["lane", "django"])
def test_repeated_create_is_replayed_whichever_way_it_went(
    asks: Asks, ways: Ways, first: str
) -> None:
    sent = asks.sent(NEW, key="k1")
    done = getattr(ways, first)(sent)

    again = [ways.lane(sent), ways.django(sent)]

    assert not ways.was_short
    assert [answer.headers["idempotency-replayed"] for answer in again] == ["true", "true"]
    assert [answer.body for answer in again] == [done.body, done.body]
    expected = {**done.headers, "idempotency-replayed": "true"}
    assert [dict(answer.headers) for answer in again] == [expected, expected]
    assert MaintenanceRequest.objects.filter(title=NEW["title"]).count() == 1


@pytest.mark.parametrize(
    ("body", "status"), [({**NEW, "title": "Another"}, 422), (b'{ "title" : "Only" }', 422)]
)
def test_key_of_another_body_is_refused(asks: Asks, ways: Ways, body: Any, status: int) -> None:
    ways.lane(asks.sent(NEW, key="k1"))

    refused = ways.lane(asks.sent(body, key="k1"))

    assert (refused.status, ways.was_short) == (status, False)


def test_key_of_another_user_is_another_key(asks: Asks, ways: Ways) -> None:
    mine = ways.lane(asks.sent(NEW, key="k1"))
    theirs = ways.lane(asks.sent(NEW, key="k1", who="teammate"))

    assert (mine.status, theirs.status, ways.was_short) == (201, 201, True)
    assert mine.document["id"] != theirs.document["id"]


def test_key_that_another_request_holds_is_refused(
    asks: Asks, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(_: str) -> None:
        raise kept_answers.InUse

    monkeypatch.setattr(kept_answers, "claim", in_use)

    refused = ways.lane(asks.sent(NEW, key="k1"))

    assert (refused.status, refused.headers["retry-after"]) == (409, "1")


def test_without_a_key_it_is_left_to_django(asks: Asks, ways: Ways) -> None:
    answer = ways.lane(asks.sent(NEW))

    assert (answer.status, ways.was_short) == (201, False)


def test_what_fails_at_the_end_leaves_nothing(
    asks: Asks, ways: Ways, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(asks.house)
    with monkeypatch.context() as broken:
        broken.setattr(kept_answers, "keep", lambda *_, **__: 1 / 0)
        failed = ways.lane(asks.sent(NEW, key="k1"))

    assert (failed.status, ways.was_short) == (500, False)
    assert written(asks.house) == before
    assert [line["route"] for line in log_lines.read("lane.failed")]
    assert ways.lane(asks.sent(NEW, key="k1")).status == 201


def test_what_was_committed_unnoticed_is_answered_from_what_was_kept(
    asks: Asks, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = writing._created

    def done_and_broken(*args: Any, **kwargs: Any) -> bytes:
        created(*args, **kwargs)
        raise ConnectionError

    monkeypatch.setattr(writing, "_created", done_and_broken)

    answer = ways.lane(asks.sent(NEW, key="k1"))

    assert (answer.status, answer.headers["idempotency-replayed"]) == (201, "true")
    assert MaintenanceRequest.objects.filter(title=NEW["title"]).count() == 1


def test_refusal_counts_as_one_request(
    asks: Asks, ways: Ways, settings: Settings, log_lines: LogLines
) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "user": "3/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    log_lines.raw()

    with time_machine.travel("2030-01-01T00:00:15Z", tick=False):
        user_id = Session.objects.values_list("user_id", flat=True).order_by("id")[0]
        fresh = {"owner": sign_in_as(user_id).access_token}
        anew = Asks(House(asks.house.path, asks.house.building, [], fresh))
        bodies: list[Any] = [NEW, {"title": ""}, NEW, NEW]
        statuses = [ways.lane(anew.sent(body, key=str(uuid4()))).status for body in bodies]

    assert statuses == [201, 400, 201, 429]
    told = [(line["method"], line["status"]) for line in log_lines.read("http.request_finished")]
    assert told == [("POST", status) for status in statuses]


def test_request_is_told_alike_whichever_way_it_goes(
    asks: Asks, ways: Ways, log_lines: LogLines
) -> None:
    log_lines.raw()

    ways.lane(asks.sent(NEW, key="k1"))
    assert ways.was_short
    ways.django(asks.sent(NEW, key="k2"))

    short, long = log_lines.read("http.request_finished")
    for name in ("timestamp", "duration_ms", "sql_ms", "cache_ms", "trace_id", "span_id"):
        assert short.pop(name) is not None
        del long[name]
    assert short.pop("sql_count") > 3
    del long["sql_count"]
    assert short == long


def test_service_is_the_one_place_of_rules(
    asks: Asks, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def heard(event: Any) -> Any:
        told.append(event.topic)
        return announce(event)

    monkeypatch.setattr(maintenance, "announce", heard)

    ways.lane(asks.sent(NEW, key="k1"))

    assert ways.was_short
    assert len(told) == 1


@pytest.mark.urls("tests.apps.api.lane.lane_views")
@pytest.mark.parametrize("name", ["own-create", "own-sign-in"])
def test_view_with_a_way_of_its_own_is_refused_and_told_why(name: str) -> None:
    route = routes.open_routes("POST")[f"/api/v1/{name}/"]

    with pytest.raises(NotForTheLane, match="of its own"):
        writing.planned_write(Question(route, "", "http", "testserver"))
    complaint = complaint_about(route)
    assert complaint is not None
    assert "of its own" in complaint.msg
