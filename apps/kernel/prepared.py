"""Queries compiled once: the SQL Django makes of a queryset, run again with other values.

Making the SQL of a queryset costs several times what running it costs (R8 section 5). The values
are found in its parameters by sentinels that stood in for them. It is made with two sets of
sentinels; where anything but their places differs, a value has gone into the SQL in a way that
cannot be repeated.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id

Value = int | str | UUID

_PLACEHOLDER = re.compile(r"%([s%])")
_CASTS: Mapping[type, str] = {int: "bigint", UUID: "uuid", str: "text"}
_MAKERS: Mapping[type, Callable[[], Value]] = {
    int: lambda: 2**61 + secrets.randbelow(2**60),
    str: lambda: secrets.token_hex(16),
    UUID: new_id,
}


class NotRepeatable(TypeError):
    """A queryset's SQL holds values that were computed with while it was made."""


@dataclass(frozen=True)
class Template:
    """A queryset's SQL in pieces, between which stand values and constants."""

    pieces: tuple[str, ...]
    # Between two pieces: the number of the value, or None with a constant.
    places: tuple[tuple[int | None, Any], ...]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the values that the SQL takes, in order."""
        return [number for number, _ in self.places if number is not None]

    def rendered(self, kinds: Sequence[type]) -> str:
        """Return the SQL with ``$1``, ``$2``, … for values of these kinds, and its constants."""
        text, order = self.pieces[0], 0
        for (number, constant), piece in zip(self.places, self.pieces[1:], strict=True):
            if number is None:
                # Written as Django's client-side cursors write them.
                connection.ensure_connection()
                text += sql.Literal(constant).as_string(connection.connection)
            else:
                order += 1
                text += f"${order}::{_CASTS[kinds[number]]}"
            text += piece
        return text


def sentinel(kind: type) -> Value:
    """Return a value of a kind that nothing else has."""
    return _MAKERS[kind]()


def template_of(rows: QuerySet[Any, Any], sentinels: Sequence[Value]) -> Template:
    """Return a queryset's SQL with the places of the sentinels, each by its number."""
    text, parameters = rows.query.sql_with_params()
    found, pieces, places, piece, end = iter(parameters), [], [], "", 0
    for mark in _PLACEHOLDER.finditer(text):
        piece += text[end : mark.start()]
        end = mark.end()
        if mark[1] == "%":
            piece += "%"
        else:
            pieces.append(piece)
            places.append(_place(next(found), sentinels))
            piece = ""
    return Template((*pieces, piece + text[end:]), tuple(places))


def refuse_difference(first: Template, second: Template) -> None:
    """Raise NotRepeatable where two makings of one query differ in more than their values."""
    if first != second:
        raise NotRepeatable("Its SQL holds values that were computed with.")


class PreparedQuery:
    """A query that is compiled at its first use and read without a cursor; rows are tuples."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds

    def first(self, **values: Value) -> tuple[Any, ...] | None:
        """Return the first row for these values, or None."""
        numbers, statement = self._compiled
        texts = [in_text(values[name]) for name in self._kinds]
        return statement.first([texts[number] for number in numbers])

    @cached_property
    def _compiled(self) -> tuple[list[int], Direct]:
        first, second = self._made(), self._made()
        refuse_difference(first, second)
        return first.numbers, Direct(first.rendered(list(self._kinds.values())))

    def _made(self) -> Template:
        sentinels = {name: sentinel(kind) for name, kind in self._kinds.items()}
        return template_of(self._build(**sentinels), list(sentinels.values()))


def _place(value: Any, sentinels: Sequence[Value]) -> tuple[int | None, Any]:
    for number, known in enumerate(sentinels):
        if isinstance(value, type(known)) and value == known:
            return number, None
    return None, value
