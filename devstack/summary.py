"""Writes what a newcomer sees when the stack answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HARBOUR_HOUSE = '{"name": "Harbour House", "address": "1 Quay Street"}'


def links(base_url: str, demo: Mapping[str, Any]) -> dict[str, str]:
    """Return the pages worth opening, by title."""
    pages = {
        "Welcome": "/",
        "API docs": "/api/v1/docs/",
        "Admin": "/admin/",
        "Mailbox": "/playground/mail/",
    }
    pages |= {str(link["title"]): str(link["url_path"]) for link in demo.get("links", ())}
    return {title: f"{base_url}{path}" for title, path in pages.items()}


def curls(base_url: str, token: str) -> list[str]:
    """Return three commands that succeed, each by itself."""
    bearer = f'-H "Authorization: Bearer {token}"'
    buildings = f"{base_url}/api/v1/buildings/"
    return [
        f"curl -s {base_url}/health/ready",
        f"curl -s {bearer} {buildings}",
        f"curl -s {bearer} -H 'Content-Type: application/json' -d '{HARBOUR_HOUSE}' {buildings}",
    ]


def of_stack(base_url: str, push_url: str, demo: Mapping[str, Any], seconds: float) -> str:
    """Return the text that ends a successful start."""
    pages = {**links(base_url, demo), "Pushes": f"{push_url}/"}
    width = max(map(len, pages)) + 2
    lines = ["", f"Ready: {base_url} ({seconds:.0f} s)", ""]
    for title, url in pages.items():
        lines.append(f"  {title:<{width}}{url}")
        if title == "Admin":
            sign_in = f"{demo.get('admin_user')}  {demo.get('admin_password')}"
            lines.append(f"  {'':<{width}}{sign_in}   (this password works until the next start)")
    lines += ["", f"  {'Token':<{width}}{demo.get('token')}", "", "Three commands to try:", ""]
    lines += [f"  {command}" for command in curls(base_url, str(demo.get("token")))]
    lines += ["", "make journey, in another terminal, shows it all at work. Ctrl-C stops it.", ""]
    return "\n".join(lines)
