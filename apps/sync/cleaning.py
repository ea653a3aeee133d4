"""Cleaning: what clients say becomes what the model's fields hold, or is refused.

WatermelonDB has no way out of a refusal (its user would be stuck for ever), so its values are
mended instead: cut, clamped, or left out.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Field, IntegerField
from django.db.models.fields import NOT_PROVIDED

from apps.kernel.errors import Invalid
from apps.sync.errors import UnknownColumn
from apps.sync.ports import Column, SyncedTable
from apps.sync.types import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class _Refused(Exception):
    """A value that does not fit; its text says what would."""


@dataclass(frozen=True)
class Cleaned:
    """Values by column that fit, as clients see them; and what did not."""

    values: dict[str, Any] = field(default_factory=dict)
    flaws: list[tuple[str, str]] = field(default_factory=list)

    def refuse_flaws(self) -> None:
        """Raise Invalid where anything did not fit."""
        if self.flaws:
            raise Invalid.naming(*self.flaws)


def cleaned(table: SyncedTable, values: Mapping[str, Any], *, is_new: bool, mends: bool) -> Cleaned:
    """Return the values that clients may write, each as its column holds it.

    With ``mends`` nothing is refused but a new row that lacks what it needs. Raises UnknownColumn.
    """
    found = Cleaned()
    for name, value in values.items():
        column = table.column(name)
        if column is None or not column.is_writable:
            _refuse_column(name, unless=mends)
        elif column.is_fixed and not is_new:
            # It is compared with the row by the caller, who knows it.
            found.values[name] = value
        else:
            _clean_into(found, table, column, value, mends=mends)
    if is_new:
        found.flaws.extend(_missing(table, found))
    return found


def for_writer(column: Column, value: Any) -> Any:
    """Return a cleaned value as a writer takes it; references are the caller's to resolve."""
    if column.kind is Kind.TIME and value is not None:
        return _EPOCH + value * _MILLISECOND
    return value


def model_field(table: SyncedTable, column: Column) -> "Field[Any, Any]":
    """Return the model's field behind a column that clients may write."""
    found: Field[Any, Any] = table.model._meta.get_field(column.path)  # type: ignore[assignment]  # noqa: SLF001  writable columns are fields of the model's own
    return found


def _refuse_column(name: str, *, unless: bool) -> None:
    if not unless:
        raise UnknownColumn(f"{name!r} is not there to be written.")


def _clean_into(
    found: Cleaned, table: SyncedTable, column: Column, value: Any, *, mends: bool
) -> None:
    known = model_field(table, column)
    try:
        found.values[column.name] = _CLEANERS[column.kind](column, known, value, mends)
    except _Refused as refusal:
        if not mends:
            found.flaws.append((column.name, str(refusal)))


def _missing(table: SyncedTable, found: Cleaned) -> Iterator[tuple[str, str]]:
    refused = {name for name, _ in found.flaws}
    for column in table.columns:
        if column.is_writable and column.name not in found.values and column.name not in refused:
            known = model_field(table, column)
            if not (column.is_optional or known.blank or known.default is not NOT_PROVIDED):
                yield column.name, "A new row needs this."


def _text(column: Column, known: "Field[Any, Any]", value: Any, mends: bool) -> str | None:
    if value is None and known.null:
        return None
    if not isinstance(value, str):
        if not mends or isinstance(value, (dict, list)):
            raise _Refused("Give a text.")
        value = "" if value is None else str(value)
    text: str = _storable(value, mends=mends)
    if not text.strip() and not known.blank:
        raise _Refused("This may not be blank.")
    longest = known.max_length
    if longest is not None and len(text) > longest:
        if not mends:
            raise _Refused(f"Use at most {longest} characters.")
        text = text[:longest]
    if known.choices and text not in dict(known.flatchoices):
        raise _Refused(f"Choose one of {', '.join(map(str, dict(known.flatchoices)))}.")
    return text


def _storable(value: str, *, mends: bool) -> str:
    """Return a text that PostgreSQL can hold: without NUL, and nothing but characters."""
    mended = value.replace("\x00", "").encode("utf-8", "replace").decode()
    if mended != value and not mends:
        raise _Refused("Leave out what is no character.")
    return mended


def _number(column: Column, known: "Field[Any, Any]", value: Any, mends: bool) -> float | None:
    if value is None and known.null:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _Refused("Give a number.")
    if isinstance(known, IntegerField):
        if value != int(value) and not mends:
            raise _Refused("Give a whole number.")
        value = round(value)
    return _within(known, value, mends=mends)


def _within(known: "Field[Any, Any]", value: float, *, mends: bool) -> float:
    bounded = value
    for validator in known.validators:
        if isinstance(validator, MinValueValidator):
            bounded = max(bounded, validator.limit_value)
        elif isinstance(validator, MaxValueValidator):
            bounded = min(bounded, validator.limit_value)
    if bounded != value and not mends:
        raise _Refused(f"Give a number such as {bounded}.")
    return bounded


def _boolean(column: Column, known: "Field[Any, Any]", value: Any, mends: bool) -> bool | None:
    if value is None and known.null:
        return None
    if isinstance(value, bool):
        return value
    # SQLite on a phone has no other.
    if mends and value in (0, 1):
        return bool(value)
    raise _Refused("Give true or false.")


def _time(column: Column, known: "Field[Any, Any]", value: Any, mends: bool) -> int | None:
    if value is None and known.null:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    try:
        _ = _EPOCH + int(value) * _MILLISECOND if is_number else None
    except (OverflowError, ValueError):
        is_number = False
    if not is_number:
        raise _Refused("Give milliseconds since 1970.")
    return int(value)


def _reference(column: Column, known: "Field[Any, Any]", value: Any, mends: bool) -> str | None:
    if value is None or (value == "" and mends):
        if known.null:
            return None
        raise _Refused("Name a row.")
    if not isinstance(value, str):
        raise _Refused("Give the id of a row, or null.")
    return value


_CLEANERS: Mapping[Kind, Callable[[Column, "Field[Any, Any]", Any, bool], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIME: _time,
    Kind.REFERENCE: _reference,
}
