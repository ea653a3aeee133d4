"""What a phone pushes, the others are told of, and pull: the reference SDK on a real node.

The phones follow docs/how-to/pull-when-told.md to the letter.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from apps.buildings.types import Role
from apps.realtime.selectors import positions
from apps.sync.hinting import device_tag
from devstack import paths
from devstack.waiting import wait_until
from tests import house
from tests.factories.buildings import BuildingFactory, MemberFactory, UnitFactory
from tests.factories.realtime import say
from tests.realtime_nodes import running_node, token_of
from tests.system.node_process import NodeProcess
from tests.system.test_realtime_clients import Line

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]

IN_TIME = 60.0
# More than a node keeps of a room for those who come back.
TOO_MUCH = 310


@dataclass(frozen=True)
class Phone:
    """An installation of the app, on a line of its own."""

    process: NodeProcess
    line: Line
    device: str

    def push(self, unit: Unit, **changes: Any) -> None:
        """Change a unit, and let it be known."""
        operation = {
            "op_id": str(uuid4()),
            "table": "units",
            "id": unit.sync_id,
            "op": "upsert",
            "base_revision": unit.sync_revision,
            "changes": changes,
        }
        [result] = self.process.do("push", device=self.device, operations=[operation])
        assert result["outcome"] == "applied", result

    def told(self) -> dict[str, Any]:
        """Return what it heard, what asked for pulls, and its rows by id."""
        told: dict[str, Any] = self.process.do("tell", device=self.device)
        return told

    def shows(self, unit: Unit, **values: Any) -> bool:
        """Wait until its copy of a unit has these values."""
        return wait_until(
            lambda: values.items() <= self.told()["rows"].get(unit.sync_id, {}).items(),
            seconds=IN_TIME,
            pause=0.05,
        )


@pytest.fixture
def building(owner: User, teammate: User) -> Building:
    building: Building = BuildingFactory.create(owner__user=owner)
    MemberFactory.create(building=building, user=teammate, role=Role.MANAGER)
    return building


@pytest.fixture
def room(building: Building) -> str:
    return f"room:building:{building.public_id}"


@pytest.fixture
def phones(
    building: Building, room: str, owner: User, teammate: User, tmp_path: Path
) -> Iterator[list[Phone]]:
    """The phones of two who look after the building, live and with all there is."""
    with ExitStack() as stack:
        server = stack.enter_context(house.web(tmp_path / "web.log", threads=4))
        stack.enter_context(house.dispatcher(tmp_path / "dispatcher.log"))
        node = stack.enter_context(running_node(tmp_path))
        process = stack.enter_context(NodeProcess("hinted_client.js"))
        phones = []
        for user in (owner, teammate):
            phone = Phone(process, Line(node), f"phone-{user.pk}")
            stack.callback(phone.line.close)
            process.do(
                "open",
                device=phone.device,
                server=server.base_url,
                realtime=f"ws://127.0.0.1:{phone.line.port}",
                token=token_of(user),
                channel=room,
                code=_sample(),
            )
            phones.append(phone)
        yield phones


@pytest.fixture
def unit(building: Building) -> Unit:
    unit: Unit = UnitFactory.create(building=building)
    return unit


def test_push_of_one_phone_is_pulled_by_the_other_at_once(
    unit: Unit, phones: list[Phone], building: Building
) -> None:
    one, other = phones
    asked = len(other.told()["reasons"])

    one.push(unit, notes="The key sticks.")

    assert other.shows(unit, notes="The key sticks.")
    told = other.told()
    hint = {"scope": f"building:{building.public_id}", "device": device_tag(one.device)}
    assert told["hints"] == [hint]
    assert told["reasons"][asked:] == ["publication"], "nothing but the hint led to the pull"


def test_phone_that_pushed_leaves_its_own_hint_alone(unit: Unit, phones: list[Phone]) -> None:
    one, _ = phones
    before = one.told()["reasons"]

    one.push(unit, notes="The key sticks.")

    assert wait_until(lambda: one.told()["hints"], seconds=IN_TIME, pause=0.05)
    told = one.told()
    assert {hint["device"] for hint in told["hints"]} == {device_tag(one.device)}
    assert told["reasons"] == before


def test_phone_that_missed_too_much_of_the_room_pulls_what_has_changed(
    unit: Unit, phones: list[Phone], building: Building, room: str
) -> None:
    one, other = phones
    other.line.cut()
    assert wait_until(lambda: other.told()["state"] == "connecting", seconds=IN_TIME, pause=0.05)
    one.push(unit, notes="The key sticks.")
    assert wait_until(lambda: one.told()["hints"], seconds=IN_TIME, pause=0.05)
    say(f"building:{building.public_id}", count=TOO_MUCH)
    top = TOO_MUCH + 1
    assert wait_until(lambda: positions([room])[room].offset >= top, seconds=IN_TIME, pause=0.05)
    asked = len(other.told()["reasons"])

    other.line.mend()

    assert other.shows(unit, notes="The key sticks.")
    told = other.told()
    assert told["proofs"][-1] is False
    assert "subscribed" in told["reasons"][asked:], "for it was not recovered"
    assert told["strategy"] == "incremental", "it never costs a full download"


def _sample() -> str:
    page = paths.ROOT / "docs" / "how-to" / "pull-when-told.md"
    [code] = re.findall(r"^```js\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return str(code)
