"""Cloudflare's purge API on loopback: one zone, one token, the bucket of a plan, its errors.

As developers.cloudflare.com/api describes it; cached URLs and tags are what a test puts there.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from tests.hostile_server import Request, answering

ZONE, TOKEN, HOST = "0" * 32, "t0ken", "https://cdn.example.com/"
MOST_OPERATIONS = 100


@dataclass
class FakeCloudflare:
    """Answers purges; set `tokens` and `is_down` to say how it fares."""

    # What it has of ours: URLs, each with its tags.
    cached: dict[str, set[str]] = field(default_factory=dict)
    tokens: int = 1000
    is_down: bool = False
    retry_after: str = "7"
    taken: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        status, told, headers = self._answer(request)
        body = json.dumps(told).encode() if told is not None else b"<html>Bad gateway</html>"
        await answering(status, body, **headers)(request, writer)

    def _answer(self, request: Request) -> tuple[int, dict[str, Any] | None, dict[str, str]]:
        if self.is_down:
            return 502, None, {}
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return 403, _refusal(10000, "Authentication error"), {}
        if (request.method, request.path) != ("POST", f"/client/v4/zones/{ZONE}/purge_cache"):
            return 404, _refusal(7003, "Could not route"), {}
        if self.tokens < 1:
            told = _refusal(10429, "Rate limit reached")
            return 429, told, {"Retry-After": self.retry_after}
        self.tokens -= 1
        return self._purged(json.loads(request.body))

    def _purged(self, said: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        named = said.keys() & {"files", "tags", "purge_everything"}
        if len(named) != 1:
            return 400, _refusal(1012, "Request must contain one of files, tags …"), {}
        subjects = said.get("files", said.get("tags", []))
        if len(subjects) > MOST_OPERATIONS:
            return 400, _refusal(1094, "Too many operations"), {}
        if any(not url.startswith(HOST) for url in said.get("files", ())):
            return 400, _refusal(1016, "Unable to purge, unknown URL"), {}
        self._forget(said)
        self.taken.append(said)
        return 200, {"success": True, "errors": [], "messages": [], "result": {"id": ZONE}}, {}

    def _forget(self, said: dict[str, Any]) -> None:
        if said.get("purge_everything"):
            self.cached.clear()
        for url in said.get("files", ()):
            self.cached.pop(url, None)
        for url, tags in list(self.cached.items()):
            if tags & set(said.get("tags", ())):
                del self.cached[url]


def _refusal(code: int, message: str) -> dict[str, Any]:
    return {
        "success": False,
        "errors": [{"code": code, "message": message}],
        "messages": [],
        "result": None,
    }
