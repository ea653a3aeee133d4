"""The WebSocket consumer: which pages it lets in."""

import pytest
from websockets.exceptions import InvalidStatus

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
