"""The doorkeeper: whom it sends away, whom it keeps, with orders and without."""

from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.selectors import live_sessions_of
from apps.accounts.services import end_session
from apps.accounts.types import EndReason
from apps.buildings.models import Building
from apps.buildings.services import remove_member
from apps.realtime.services import disconnect_user
from tests.factories.buildings import MemberFactory
from tests.factories.realtime import read_all
from tests.realtime_nodes import Phone, RunningNode, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_ended_session_closes_its_connections_by_the_log(
    node: RunningNode, owner: User, token: str
) -> None:
    other = token_of(owner)
    read_all()
    with Phone(node) as phone, Phone(node) as kept:
        phone.sign_in(token)
        kept.sign_in(other)
        session = live_sessions_of(user_id=owner.pk).order_by("id")[0]

        end_session(session_id=session.public_id, reason=EndReason.REVOKED)
        read_all()

        assert phone.closed()[0] == 4501
        assert "ping" in kept.ask("ping")


def test_ended_session_closes_its_connections_though_no_order_came(
    tmp_path: Path, owner: User, token: str
) -> None:
    with running_node(tmp_path, REALTIME_VERIFY_SECONDS=0.5) as node, Phone(node) as phone:
        phone.sign_in(token)

        session = live_sessions_of(user_id=owner.pk).get()
        end_session(session_id=session.public_id, reason=EndReason.REVOKED)

        assert phone.closed() == (4501, "session ended")


@pytest.mark.parametrize("is_told", [True, False])
def test_lost_membership_ends_the_subscription(
    tmp_path: Path, teammate: User, building: Building, room: str, is_told: bool
) -> None:
    MemberFactory.create(building=building, user=teammate)
    token = token_of(teammate)
    read_all()
    verify: dict[str, Any] = {} if is_told else {"REALTIME_VERIFY_SECONDS": 0.5}
    with running_node(tmp_path, **verify) as node, Phone(node) as phone:
        phone.sign_in(token)
        phone.ask("subscribe", channel=room)

        remove_member(building_id=building.public_id, member_id=teammate.public_id)
        if is_told:
            read_all()

        assert phone.wait_for("unsubscribe", room) == {"code": 103, "reason": "permission denied"}
        assert phone.ask("subscribe", channel=room)["error"]["code"] == 103


def test_server_disconnects_a_user_with_its_own_code(
    node: RunningNode, owner: User, token: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)

        disconnect_user(user_id=owner.public_id, code=4000, reason="come back")
        read_all()

        assert phone.closed() == (4000, "come back")
