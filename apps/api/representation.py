"""A representation declared once: an output serializer as one expression of PostgreSQL.

Building 20 rows as JSON costs PostgreSQL a twentieth of what model instances and serializers
cost Python (R8 section 2).
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Expression, F, Func, TextField, Value, When
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import PublicIdField

Path = tuple[str, ...]


class NotBuildable(TypeError):
    """A field of a serializer has no counterpart in SQL, so its rows cannot be read shortly."""


class JsonObject(Func):
    """``json_build_object`` with its keys in order, as the serializer declares its fields."""

    output_field = TextField()

    def __init__(self, members: Mapping[str, Expression | F]) -> None:
        self.keys = tuple(members)
        super().__init__(*members.values())

    @override
    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[Any, ...]]:
        # Keys are names of Python attributes, so they need no quoting within the literal.
        pairs: list[str] = []
        parameters: list[Any] = []
        for key, expression in zip(self.keys, self.get_source_expressions(), strict=True):
            sql, values = compiler.compile(expression)
            pairs.append(f"'{key}', {sql}")
            parameters += values
        return f"json_build_object({', '.join(pairs)})", tuple(parameters)


class UtcTime(Func):
    """A moment as the API writes it: UTC with microseconds and a Z (RFC 3339)."""

    function = "to_char"
    template = '%(function)s(%(expressions)s, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')'
    output_field = TextField()


def row_of(serializer_class: type[serializers.BaseSerializer[Any]]) -> Expression:
    """Return the expression that builds one row as JSON text, equal to the serializer's output.

    Raises NotBuildable where a field computes something in Python.
    """
    return _row_of(cast("Hashable", serializer_class))


@lru_cache(maxsize=256)
def _row_of(serializer_class: Any) -> Expression:
    return Cast(_object(serializer_class(), ()), TextField())


def _object(serializer: Any, path: Path) -> JsonObject:
    fields = {name: field for name, field in serializer.fields.items() if not field.write_only}
    return JsonObject({name: _member(field, path) for name, field in fields.items()})


def _member(field: Any, path: Path) -> Expression | F:
    here = (*path, *field.source_attrs)
    if isinstance(field, serializers.ListSerializer):
        raise NotBuildable(f"{field.field_name}: lists within rows are read by the serializer.")
    if isinstance(field, serializers.Serializer):
        return _nested(field, here)
    for kinds, build in _BUILDERS:
        if type(field) in kinds:
            return build(here)
    raise NotBuildable(f"{field.field_name}: {type(field).__name__} is computed in Python.")


def _nested(serializer: Any, path: Path) -> Expression:
    if not serializer.allow_null:
        return _object(serializer, path)
    is_missing = When(**{f"{'__'.join(path)}__isnull": True}, then=Value(None))
    return Case(is_missing, default=_object(serializer, path), output_field=TextField())


def _plain(path: Path) -> F:
    return F("__".join(path))


def _moment(path: Path) -> Expression:
    return UtcTime(_plain(path))


def _public_id(path: Path) -> F:
    return F("__".join((*path, "public_id")))


_BUILDERS: tuple[tuple[frozenset[type], Callable[[Path], Expression | F]], ...] = (
    (
        frozenset(
            {
                serializers.BigIntegerField,
                serializers.BooleanField,
                serializers.CharField,
                serializers.ChoiceField,
                serializers.EmailField,
                serializers.FloatField,
                serializers.IntegerField,
                serializers.JSONField,
                serializers.URLField,
                serializers.UUIDField,
            }
        ),
        _plain,
    ),
    (frozenset({serializers.DateTimeField}), _moment),
    (frozenset({PublicIdField}), _public_id),
)
