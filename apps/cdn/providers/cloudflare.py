"""Cloudflare: API v4, ``POST /zones/{zone}/purge_cache``.

Source: developers.cloudflare.com/api, "Purge Cached Content"; its limits are in the settings
reference. Answers are ``{success, errors: [{code, message}], messages, result}``.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings

from apps.cdn.errors import NotTaken, PurgeRefused
from apps.cdn.providers.answers import Call, answers, pause_asked_by
from apps.cdn.types import Pace, Target
from apps.resilience.types import OutboundResponse

_FIELDS = {Target.URLS: "files", Target.TAGS: "tags"}
# The token or its form is wrong (6xxx, 9xxx, 10000): nothing is the matter with what was asked.
_AUTHENTICATION = range(6000, 10001)
_REFUSALS = frozenset({400, 413, 414, 422})


class Cloudflare:
    """Tells one zone at Cloudflare what to forget."""

    name = "cloudflare"

    @property
    def pace(self) -> Pace:
        """What the plan allows."""
        return Pace(
            per_minute=settings.CDN_CLOUDFLARE_PURGES_PER_MINUTE,
            at_once=settings.CDN_CLOUDFLARE_PURGES_AT_ONCE,
        )

    def purge(self, target: Target, subjects: Sequence[str]) -> None:
        """Send one request. Raises NotTaken or PurgeRefused."""
        said = {"purge_everything": True}
        if target is not Target.EVERYTHING:
            said = {_FIELDS[target]: list(subjects)}  # type: ignore[dict-item]  # one of two forms
        (response,) = answers(
            [
                Call(
                    method="POST",
                    url=f"{settings.CDN_CLOUDFLARE_API}/zones/{settings.CDN_CLOUDFLARE_ZONE}"
                    "/purge_cache",
                    headers={
                        "Authorization": f"Bearer {settings.CDN_CLOUDFLARE_TOKEN}",
                        "Content-Type": "application/json",
                    },
                    body=orjson.dumps(said),
                )
            ]
        )
        _judge(response)


def _judge(response: OutboundResponse) -> None:
    told = _told(response)
    if response.status == 200 and told.get("success") is True:
        return
    said = told.get("errors")
    errors = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    problem = _problem(response.status, errors)
    is_about_token = any(_code(each) in _AUTHENTICATION for each in errors)
    if response.status in _REFUSALS and not is_about_token:
        raise PurgeRefused(problem)
    raise NotTaken(problem, pause_seconds=pause_asked_by(response))


def _told(response: OutboundResponse) -> dict[str, Any]:
    try:
        told = orjson.loads(response.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _problem(status: int, errors: Sequence[dict[str, Any]]) -> str:
    said = "; ".join(f"{_code(each)} {each.get('message', '')}" for each in errors)
    return f"Cloudflare answered {status}: {said or 'no reason'}."[:300]


def _code(error: dict[str, Any]) -> int:
    code = error.get("code")
    return code if isinstance(code, int) else 0
