"""Asks a running web process whether it is ready."""

from __future__ import annotations

import http.client

from devstack import ports

PATH = "/health/ready"
ANSWER_SECONDS = 2.0


def answer_of(port: int) -> tuple[int, str]:
    """Return the status and body of the readiness page; status 0 when nobody answers."""
    # No proxy of the environment stands between us and loopback.
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as failure:
        return 0, f"no answer ({failure})"
    finally:
        connection.close()
