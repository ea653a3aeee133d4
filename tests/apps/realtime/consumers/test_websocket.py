"""The WebSocket consumer: whom it lets in, and how it says goodbye."""

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from apps.accounts.models import User
from apps.realtime.services import disconnect_user
from tests.factories.realtime import read_all
from tests.realtime_nodes import Phone, RunningNode, asked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_pages_of_strange_sites_are_refused(node: RunningNode, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        Phone(node, headers={"Origin": origin})

    assert refusal.value.response.status_code == 403
    for path in ("connection/sse", "api/v1/realtime/events"):
        assert asked(f"{node.url}/{path}", Origin=origin)[0] == 403


@pytest.mark.parametrize("origin", ["http://testserver", "http://localhost:3000"])
def test_pages_of_our_sites_are_let_in(node: RunningNode, token: str, origin: str) -> None:
    with Phone(node, headers={"Origin": origin}) as phone:
        assert phone.sign_in(token)["client"]


def test_apps_which_name_no_origin_are_let_in(node: RunningNode, token: str) -> None:
    with Phone(node, headers={}) as phone:
        assert phone.socket.request is not None
        assert "Origin" not in phone.socket.request.headers
        assert phone.sign_in(token)["client"]


def test_there_is_one_address_of_websockets(node: RunningNode) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        connect(node.ws_url.replace("websocket", "elsewhere"), proxy=None)

    assert refusal.value.response.status_code == 404
    assert node.process.poll() is None
    assert b"Traceback" not in node.log.read_bytes()


def test_reason_that_no_frame_holds_is_cut_and_its_code_arrives(
    node: RunningNode, owner: User, token: str
) -> None:
    with Phone(node) as phone:
        phone.sign_in(token)
        reason = "\u05e9\u05dc\u05d5\u05dd" * 25

        disconnect_user(user_id=owner.public_id, code=4000, reason=reason)
        read_all()

        code, told = phone.closed()
        assert code == 4000
        assert reason.startswith(told)
        assert len(told) == 61
