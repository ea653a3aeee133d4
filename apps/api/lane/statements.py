"""Statements of the lane: a queryset's SQL, run again with the values of each request."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection
from psycopg.pq.abc import PGresult

from apps.kernel.direct import Direct
from apps.kernel.prepared import Template, Value, sentinel


class Sentinels(NamedTuple):
    """Values that stand in for those of a request: who asks, the path's ids, a page's position."""

    user_id: Any
    user_public_id: Any
    ids: tuple[Any, ...]
    position: tuple[Any, ...]

    def all(self) -> list[Value]:
        """Return them in the order in which a statement is given its values."""
        return [self.user_id, self.user_public_id, *self.ids, *self.position]


def sentinels(*, ids: int, position: Sequence[type]) -> Sentinels:
    """Return values that nothing else has."""
    return Sentinels(
        user_id=sentinel(int),
        user_public_id=sentinel(UUID),
        ids=tuple(sentinel(UUID) for _ in range(ids)),
        position=tuple(sentinel(kind) for kind in position),
    )


class Statement:
    """SQL with the places of a request's values."""

    def __init__(self, template: Template, kinds: Sequence[type]) -> None:
        self.places = template.numbers
        self._template = template
        self._kinds = kinds

    def run(self, values: Sequence[bytes]) -> PGresult | None:
        """Return the rows as texts; None where PostgreSQL did not give any.

        Raises Django's errors within a transaction: what they have spoilt, nobody else can read.
        """
        try:
            result = self._direct.run([values[number] for number in self.places])
        except DatabaseError:
            if connection.in_atomic_block:
                raise
            return None
        return result if result.ntuples else None

    @cached_property
    def _direct(self) -> Direct:
        # Not before there is a connection: it tells how constants are written.
        return Direct(self._template.rendered(self._kinds))
