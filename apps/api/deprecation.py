"""Deprecation: how a view, an action or a whole version says that it will go.

A client is told by three header fields: ``Deprecation`` (RFC 9745) since when, ``Sunset``
(RFC 8594) until when, and ``Link`` (RFC 8288) what to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from urllib.parse import urljoin

from django.conf import settings
from django.utils.http import http_date

Marked = TypeVar("Marked", bound=Callable[..., Any])

_MARK = "deprecations"
# Stands for all actions of a view.
_ALL = ""


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """Since when something should not be used, until when it can be, and what to do instead.

    Days begin in UTC. ``link`` is a page for people: an address, or a path below BASE_URL.
    """

    since: date
    sunset: date | None = None
    link: str

    def headers(self) -> dict[str, str]:
        """Return the header fields of every answer."""
        page = urljoin(settings.BASE_URL, self.link)
        told = {
            "Deprecation": f"@{_seconds(self.since)}",
            "Link": f'<{page}>; rel="deprecation"; type="text/html"',
        }
        if self.sunset is not None:
            told["Sunset"] = http_date(_seconds(self.sunset))
        return told


def deprecated(
    *actions: str, since: date, sunset: date | None = None, link: str
) -> Callable[[Marked], Marked]:
    """Mark a view, some of its actions, or one method as deprecated; see `Deprecation`.

    A subclass is not deprecated by its base, so that a new version may extend the old one; nor is
    a method which it overrides.
    """
    deprecation = Deprecation(since=since, sunset=sunset, link=link)

    def mark(target: Marked) -> Marked:
        marks = dict.fromkeys(actions or (_ALL,), deprecation)
        setattr(target, _MARK, {**vars(target).get(_MARK, {}), **marks})
        return target

    return mark


def deprecation_of(view: type[Any], action: str) -> Deprecation | None:
    """Return what was declared for an action of a viewset, or for a method of a plain view."""
    of_view: Mapping[str, Deprecation] = vars(view).get(_MARK, {})
    of_method: Mapping[str, Deprecation] = getattr(getattr(view, action, None), _MARK, {})
    return of_view.get(action) or of_method.get(_ALL) or of_view.get(_ALL)


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
