"""Hostile devices at the server of production: clear errors, and nothing half-written."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import orjson
import pytest

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.buildings.models import Building, Unit
from apps.sync.models import PushedOperation, SyncState
from tests import house
from tests.abuse.contents import contents
from tests.abuse.test_over_the_wire import ask, asked
from tests.factories.buildings import BuildingFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)

PULLS = (("pull", "checkpoint"), ("watermelon/pull", "last_pulled_at"))
PULLS_OF_UNITS = (*PULLS, ("rxdb/units/pull", "checkpoint"))
Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[house.Running]:
    with house.web(tmp_path / "web.log", threads=8) as running:
        yield running


@pytest.fixture
def lighthouse(owner: User) -> Building:
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


def device_of(server: house.Running, user: User, device: str = "phone") -> Call:
    """Return what calls the server in the name of a user's device."""
    token = sign_in_as(user.pk).access_token.encode()

    def call(path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        # Our own push says it in the body.
        said = query if path == "push" else {"device": device, **query}
        line = f"/api/v1/sync/{path}?{urlencode(said)}"
        headers = [b"Authorization: Bearer " + token]
        document = b""
        if body is not None:
            document = body if isinstance(body, bytes) else orjson.dumps(body)
            headers += [
                b"Content-Type: application/json",
                b"Content-Length: %d" % len(document),
            ]
        verb = b"GET " if body is None else b"POST "
        status, _, answer = ask(server, asked(verb + line.encode(), *headers, body=document))
        return status, orjson.loads(answer)

    return call


def pushed(*operations: Any) -> bytes:
    return orjson.dumps({"device": "phone", "operations": operations})


def upsert(record_id: str, **changes: Any) -> Any:
    return {
        "op_id": str(uuid4()),
        "table": "units",
        "id": record_id,
        "op": "upsert",
        "changes": changes,
    }


def test_checkpoints_that_were_not_given_to_the_device_are_refused(
    server: house.Running, owner: User, stranger: User, lighthouse: Building
) -> None:
    phone, tablet = device_of(server, owner), device_of(server, owner, "tablet")
    foreign, unknown = device_of(server, stranger), device_of(server, owner, "never-seen")
    for call in (phone, tablet, foreign):
        assert call("pull")[0] == 200
    (_, page) = phone("pull")
    known = page["checkpoint"]
    forged = (known + 1, known - 1, known + 2**20, known ^ 1, 1, 2**20, 2**53 - 1)
    before = contents()

    answers = [
        call(path, **{name: number})
        for path, name in PULLS_OF_UNITS
        for call, numbers in (
            *((phone, forged), (tablet, [known])),
            *((foreign, [known]), (unknown, [known])),
        )
        for number in numbers
    ]
    answers.append(tablet("watermelon/push", {"units": {"deleted": ["a"]}}, last_pulled_at=known))

    assert {(status, document["code"]) for status, document in answers} == {
        (400, "sync.checkpoint_invalid")
    }
    assert contents() == before


def test_pushes_beyond_the_limits_are_refused_whole(
    server: house.Running, owner: User, lighthouse: Building
) -> None:
    phone = device_of(server, owner)
    (_, page) = phone("watermelon/pull")
    last = page["timestamp"]
    new = [upsert(f"u{n}", building_id=lighthouse.sync_id, label=str(n)) for n in range(1001)]
    rows = [
        {"id": f"u{n}", "building_id": lighthouse.sync_id, "label": str(n)} for n in range(1001)
    ]
    before = contents()

    answers = [
        phone("push", pushed(*new)),
        phone("push", b'{"operations": [%b0]}' % (b"0," * 500_000)),
        phone("watermelon/push", {"units": {"created": rows}}, last_pulled_at=last),
        phone("rxdb/units/push", [{"newDocumentState": row} for row in rows]),
    ]

    assert {(status, document["code"]) for status, document in answers} == {
        (413, "sync.too_many_operations")
    }
    assert contents() == before


def test_a_million_operations_are_refused_by_their_length(
    server: house.Running, owner: User, lighthouse: Building
) -> None:
    operation = orjson.dumps(upsert("u1", building_id=lighthouse.sync_id, label="x"))
    length = len(operation) * 1_000_000
    assert length > 100 * 1024 * 1024
    token = sign_in_as(owner.pk).access_token.encode()
    before = contents()

    for path in ("push", "watermelon/push", "rxdb/units/push"):
        status, code = _sent_as_far_as_it_is_read(server, path, token, operation, length)
        assert (status, code) == (413, "api.body_too_large")

    assert contents() == before


def _sent_as_far_as_it_is_read(
    server: house.Running, path: str, token: bytes, piece: bytes, length: int
) -> tuple[int, str]:
    """Send the head of a request and the beginning of its body; return status and code."""
    head = asked(
        b"POST /api/v1/sync/" + path.encode(),
        b"Authorization: Bearer " + token,
        b"Content-Type: application/json",
        b"Content-Length: %d" % length,
        body=piece,
    )
    address = urlsplit(server.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(head)
        received = b""
        while b"\r\n\r\n" not in received or not received.rstrip().endswith(b"}"):
            received += connection.recv(65536)
    status = int(received.split(b" ", 2)[1])
    return status, orjson.loads(received.partition(b"\r\n\r\n")[2])["code"]


def test_tables_and_columns_that_are_not_synced_are_named(
    server: house.Running, owner: User, lighthouse: Building
) -> None:
    phone = device_of(server, owner)
    (_, page) = phone("watermelon/pull")
    names = ("accounts_user", "__proto__", "constructor", "buildings_unit", "x" * 63, "units; --")

    _, told = phone("push", pushed(*({**upsert("u1"), "table": name} for name in names)))
    _, columns = phone(
        "push",
        pushed(
            *(
                upsert("u1", building_id=lighthouse.sync_id, label="x", **{name: 1})
                for name in (
                    "__proto__",
                    "constructor",
                    "sync_xid",
                    "id",
                    "public_id",
                    "created_at",
                )
            )
        ),
    )
    watermelon = [
        phone("watermelon/push", {name: {"deleted": ["a"]}}, last_pulled_at=page["timestamp"])
        for name in names
    ]

    assert {result["code"] for result in told["results"]} == {"sync.unknown_table"}
    assert {result["code"] for result in columns["results"]} == {"sync.unknown_column"}
    assert {(status, document["code"]) for status, document in watermelon} == {
        (400, "sync.unknown_table")
    }
    assert not Unit.objects.exists()


def test_rows_of_others_are_as_if_they_were_not_there(
    server: house.Running, owner: User, stranger: User, lighthouse: Building
) -> None:
    unit = UnitFactory.create(building=lighthouse, label="2 left")
    foreign = device_of(server, stranger)
    (_, page) = foreign("watermelon/pull")
    last = {"last_pulled_at": page["timestamp"]}
    wanted = {"id": unit.sync_id, "building_id": lighthouse.sync_id, "label": "mine"}

    _, own = foreign(
        "push",
        pushed(
            upsert(unit.sync_id, label="mine"),
            {**upsert(unit.sync_id), "op": "delete"},
            upsert("u1", building_id=lighthouse.sync_id, label="mine"),
            {**upsert(lighthouse.sync_id, name="mine"), "table": "buildings"},
        ),
    )
    answers = [
        foreign("watermelon/push", {"units": {"updated": [wanted]}}, **last),
        foreign("watermelon/push", {"units": {"created": [wanted]}}, **last),
        foreign("watermelon/push", {"units": {"deleted": [unit.sync_id]}}, **last),
        foreign("rxdb/units/push", [{"newDocumentState": wanted}]),
    ]

    assert [(each["outcome"], each["code"]) for each in own["results"]] == [
        ("rejected", "kernel.not_found"),
        ("ignored", ""),
        ("rejected", "kernel.invalid"),
        ("rejected", "kernel.not_found"),
    ]
    assert all(each["record"] is None for each in own["results"])
    assert {status for status, _ in answers} == {200}
    shown = orjson.dumps([own, *(document for _, document in answers)])
    assert b"2 left" not in shown
    assert b"Lighthouse" not in shown
    assert list(Unit.objects.values_list("label", flat=True)) == ["2 left"]


def test_a_hundred_pushes_of_one_device_at_once_are_each_done_once(
    server: house.Running, owner: User, lighthouse: Building
) -> None:
    phone = device_of(server, owner)
    edited = UnitFactory.create(building=lighthouse, label="edited")
    repeated = upsert("again", building_id=lighthouse.sync_id, label="again")
    bodies = [
        pushed(
            repeated,
            upsert(f"u{number}", building_id=lighthouse.sync_id, label=f"new {number}"),
            upsert(edited.sync_id, notes=str(number)),
        )
        for number in range(100)
    ]

    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(lambda body: phone("push", body), bodies))
    # A device that is told to come later does.
    answers += [
        phone("push", body)
        for body, (status, _) in zip(bodies, answers, strict=True)
        if status == 503
    ]

    assert {status for status, _ in answers} <= {200, 503}
    outcomes = [
        result["outcome"] for status, each in answers if status == 200 for result in each["results"]
    ]
    assert len(outcomes) == 300
    assert set(outcomes) <= {"applied", "merged"}
    assert Unit.objects.count() == 102
    assert PushedOperation.objects.count() == 201
    edited.refresh_from_db()
    assert edited.sync_revision == 101
    assert SyncState.objects.count() == 1
