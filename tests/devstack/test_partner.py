"""The partner's server of the journey: it tells whoever asks what it has had before."""

import json
import threading
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.request import Request, urlopen

import pytest
from standardwebhooks.webhooks import Webhook
from typing_extensions import override

from devstack.partner import Partner

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type": "buildings.request.opened", "data": {}}'


class Fresh(Partner):
    """A partner that has had nothing; it notes what it knows whenever it answers."""

    known: ClassVar[list[bool]]

    @override
    def end_headers(self) -> None:
        self.known.append(self.headers["webhook-id"] in self.seen)
        super().end_headers()


@pytest.fixture
def partner(tmp_path: Path) -> type[Fresh]:
    """The partner of one test, with memories of its own."""

    class OfThisTest(Fresh):
        secret = SECRET
        record = tmp_path / "partner.jsonl"
        seen: ClassVar[set[str]] = set()
        known: ClassVar[list[bool]] = []

    return OfThisTest


def answer(partner: type[Partner], message_id: str) -> dict[str, str]:
    """Send a genuine event; return the answer's headers."""
    moment = datetime.now(tz=UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(message_id, moment, BODY),
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), partner) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/hooks"
        with urlopen(Request(url, BODY.encode(), headers)) as told:
            found = dict(told.headers)
        server.shutdown()
        thread.join()
    return found


def test_second_time_is_told_to_be_one(partner: type[Fresh]) -> None:
    assert "Webhook-Duplicate" not in answer(partner, "msg_1")
    assert answer(partner, "msg_1")["Webhook-Duplicate"] == "true"
    assert "Webhook-Duplicate" not in answer(partner, "msg_2")

    lines = [json.loads(line) for line in partner.record.read_text().splitlines()]
    assert [line["headers"]["webhook-id"] for line in lines] == ["msg_1", "msg_1", "msg_2"]


def test_event_is_known_before_its_answer_is_out(partner: type[Fresh]) -> None:
    """Whoever has the answer may send the same again before this thread goes on."""
    answer(partner, "msg_1")

    assert partner.known == [True]
