"""Readiness is what the web process answers, or that it does not."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

from devstack import readiness
from devstack.ports import free_port


@pytest.mark.parametrize("status", [200, 503])
def test_status_and_body_are_those_of_the_server(status: int) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(self.path.encode())

        @override
        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request).start()

        assert readiness.answer_of(server.server_port) == (status, "/health/ready")


def test_silence_is_status_zero() -> None:
    status, reason = readiness.answer_of(free_port())

    assert status == 0
    assert "no answer" in reason
