"""The rows of an encrypted column by the key that encrypted them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast

from apps.keyring.ports import EncryptedColumn


def rows_by_kid(column: EncryptedColumn) -> dict[str, int]:
    """Return how many rows each key has encrypted; a scan of the whole table."""
    counted = _with_kid(column).order_by().values("kid").annotate(rows=Count("pk"))
    return {row["kid"]: row["rows"] for row in counted if row["kid"]}


def locked_rows(
    column: EncryptedColumn, *, kids: Collection[str], after: int, limit: int
) -> list[Any]:
    """Return the next rows that one of the keys encrypted, locked; those held by others are left.

    In order of their primary key, beginning behind ``after``.
    """
    rows = _with_kid(column).filter(kid__in=kids, pk__gt=after).order_by("pk")
    return list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])


def value_of(column: EncryptedColumn, row: Any) -> bytes:
    """Return a row's encrypted value."""
    value = getattr(row, column.field)
    return value.encode() if isinstance(value, str) else bytes(value)


def put(column: EncryptedColumn, row: Any, value: bytes) -> None:
    """Set a row's encrypted value, in the form its field holds."""
    setattr(row, column.field, value if column.is_binary else value.decode())


def _with_kid(column: EncryptedColumn) -> QuerySet[Any]:
    rows: QuerySet[Any] = column.rows().annotate(kid=_kid(column))
    return rows


def _kid(column: EncryptedColumn) -> Expression:
    """Return the expression for what `encryption.kid_of` finds in a value."""
    text: Expression = Cast(F(column.field), TextField())
    if column.is_binary:
        text = Func(F(column.field), Value("escape"), function="encode")
    return Func(text, Value("."), Value(1), function="split_part", output_field=TextField())
