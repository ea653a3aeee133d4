"""Caches that take orders by HTTP, such as Varnish: PURGE for a URL, BAN for tags and for all.

``PURGE <path>`` with the URL's Host forgets one URL. ``BAN /`` with ``Surrogate-Key: a b`` forgets
what bears one of these tags, without it everything; ``X-Ban-Pattern`` says the same as a regular
expression, for caches that match. What a cache must be told to obey is in the how-to.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

from apps.cdn.errors import NotTaken, PurgeRefused
from apps.cdn.providers.answers import Call, answers, pause_asked_by
from apps.cdn.types import Target
from apps.resilience.types import OutboundResponse

# 404 and 412: it was not there (ngx_cache_purge).
_TAKEN = frozenset({200, 201, 202, 204, 404, 412})
_REFUSALS = frozenset({400, 414, 431})


class Http:
    """Tells every cache of CDN_PURGE_BASES what to forget; it counts once all have."""

    name = "http"
    # They are ours, and set no limit.
    pace = None

    def purge(self, target: Target, subjects: Sequence[str]) -> None:
        """Send it to each cache. Raises NotTaken or PurgeRefused."""
        calls = [
            call for base in settings.CDN_PURGE_BASES for call in _calls(base, target, subjects)
        ]
        for call, response in zip(calls, answers(calls), strict=True):
            _judge(call, response)


def _calls(base: str, target: Target, subjects: Sequence[str]) -> list[Call]:
    if target is Target.URLS:
        return [_purge(base, url) for url in subjects]
    headers = {"X-Ban-Pattern": "."}
    if target is Target.TAGS:
        either = "|".join(re.escape(tag) for tag in subjects)
        headers = {
            "Surrogate-Key": " ".join(subjects),
            # Without a space, at which Varnish would end it.
            "X-Ban-Pattern": rf"(^|\s)({either})(\s|$)",
        }
    return [Call(method="BAN", url=f"{base}/", headers=headers)]


def _purge(base: str, url: str) -> Call:
    parts = urlsplit(url)
    path = parts.path or "/"
    return Call(
        method="PURGE",
        url=f"{base}{path}{'?' if parts.query else ''}{parts.query}",
        headers={"Host": parts.netloc},
    )


def _judge(call: Call, response: OutboundResponse) -> None:
    if response.status in _TAKEN:
        return
    host = urlsplit(call.url).netloc
    problem = f"{host} answered {response.status} to {call.method}."
    if response.status in _REFUSALS:
        raise PurgeRefused(problem)
    raise NotTaken(problem, pause_seconds=pause_asked_by(response))
