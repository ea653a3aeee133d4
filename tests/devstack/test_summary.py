"""The start ends with links that lead somewhere and commands that run as they are."""

import shlex

from devstack import summary

DEMO = {
    "token": "demo.token",
    "admin_user": "admin@example.org",
    "admin_password": "one-time",
    "links": [{"title": "Deliveries", "url_path": "/admin/webhooks/delivery/"}],
}
BASE = "http://127.0.0.1:8000"
PUSH = "http://127.0.0.1:8010"


def test_summary_shows_address_links_sign_in_and_token() -> None:
    text = summary.of_stack(BASE, PUSH, DEMO, 12.4)

    assert f"Ready: {BASE} (12 s)" in text
    for part in ("/api/v1/docs/", "/playground/mail/", "/admin/webhooks/delivery/"):
        assert f"{BASE}{part}" in text
    assert f"{PUSH}/" in text
    for word in ("admin@example.org", "one-time", "demo.token"):
        assert word in text


def test_each_command_runs_by_itself() -> None:
    commands = [shlex.split(command) for command in summary.curls(BASE, "demo.token")]

    assert [words[-1] for words in commands] == [
        f"{BASE}/health/ready",
        f"{BASE}/api/v1/buildings/",
        f"{BASE}/api/v1/buildings/",
    ]
    assert "Authorization: Bearer demo.token" in commands[1]
    assert summary.HARBOUR_HOUSE in commands[2]
