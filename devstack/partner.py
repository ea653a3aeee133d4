"""A partner's server: receives webhooks and verifies them with the reference library.

Run as a process of its own: ``python -m devstack.partner --port N --secret whsec_… --record FILE``.
Each request appends one JSON line to the record; what does not verify is answered with 400.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from typing_extensions import override

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-request-id")


class Partner(BaseHTTPRequestHandler):
    """Answers 204 to what verifies, 400 to what does not, and writes both down.

    What it had before it says to be a duplicate, as Mainstay's receiver doctor likes to hear.
    """

    secret: str
    record: Path
    seen: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        """Receive one webhook."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name: self.headers.get(name, "") for name in _HEADERS}
        is_genuine = self._verify(body, headers)
        line = {"verified": is_genuine, "headers": headers, "body": body.decode(errors="replace")}
        with self.record.open("a") as record:
            record.write(json.dumps(line) + "\n")
        is_known = headers["webhook-id"] in self.seen
        if is_genuine:
            # Before the answer: the same event may come again as soon as it is out.
            self.seen.add(headers["webhook-id"])
        self.send_response(204 if is_genuine else 400)
        if is_genuine and is_known:
            self.send_header("Webhook-Duplicate", "true")
        self.end_headers()

    def _verify(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            Webhook(self.secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return False
        return True

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the record tells."""


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--record", type=Path, required=True)
    options = parser.parse_args()
    Partner.secret, Partner.record = options.secret, options.record
    ThreadingHTTPServer(("127.0.0.1", options.port), Partner).serve_forever()


if __name__ == "__main__":
    main()
