"""What a view that is open to the lane says it would answer, before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from apps.api.pagination import KeysetPagination, Window

# The column with a row's JSON.
ROW = b"as_json"


@dataclass(frozen=True)
class Constant:
    """Always the same bytes, for whoever may ask."""

    body: bytes


@dataclass(frozen=True)
class OneRow:
    """One row's JSON; the query returns it as its only column."""

    rows: QuerySet[Any, Any]


@dataclass(frozen=True)
class Page:
    """A page of rows: each one's JSON, and the columns that say where it stands in the list."""

    window: Window[Any]
    pages: KeysetPagination


Shape = Constant | OneRow | Page


class InShort(Protocol):
    """What a view with ``short_lane = True`` offers to the lane."""

    kwargs: Mapping[str, Any]
    request: Any
    action: str

    def in_short(self) -> Shape:
        """Return what the view would answer to its request; raises what the view would raise."""


class ImpliedByRows(Protocol):
    """A permission that can say when it asks for nothing."""

    def is_implied_by_rows(self, view: Any) -> bool:
        """Tell whether whoever is signed in may see all that the view's queryset holds."""
