"""Field selection: ``?fields=id,owner.email`` cuts what is shown, and what the query reads.

The serializer that shows the rows is the one list of what can be asked for, so that nothing is
shown by its name that is not shown without asking (property P9).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.http import QueryDict
from rest_framework import serializers

from apps.api.errors import InvalidParameter

PARAMETER = "fields"
LONGEST = 1000
DEEPEST = 8

# What is asked for below each name; nothing below is the whole. Sorted, so that the same
# selection in another order is the same one.
Selection = tuple[tuple[str, "Selection"], ...]
Shown = type[serializers.BaseSerializer[Any]]
Row = TypeVar("Row", bound=Model)


def asked_of(query: QueryDict) -> Selection | None:
    """Return the selection that a query string asks for, None for all; raises InvalidParameter."""
    texts = query.getlist(PARAMETER)
    if len(texts) > 1:
        raise _invalid("Name all fields in one parameter, separated by commas.", "duplicate")
    return read_selection(texts[0]) if texts else None


def read_selection(text: str) -> Selection:
    """Return the tree of the names in a query parameter; raises InvalidParameter.

    Refused are an empty name, one name twice, a whole together with a part of it, more than
    LONGEST characters and more than DEEPEST levels.
    """
    if len(text) > LONGEST:
        raise _invalid(f"Name fields in at most {LONGEST} characters.", "too_long")
    tree: dict[str, Any] = {}
    for path in text.split(","):
        names = path.split(".")
        if not all(names):
            raise _invalid("A name is empty; expected names such as id,owner.email.", "invalid")
        if len(names) > DEEPEST:
            raise _invalid(f"Fields are nested at most {DEEPEST} levels deep.", "too_deep")
        _grow(tree, names, path)
    return _frozen(tree)


def selected(serializer_class: Shown, selection: Selection) -> Shown:
    """Return the serializer class that shows of each row only what is selected.

    Raises InvalidParameter for a name that the class does not show.
    """
    _refuse_unknown(serializer_class(), selection, "")
    return cast("Shown", _pruned(cast("Hashable", serializer_class), selection))


def narrowed(
    rows: QuerySet[Row, Any], serializer_class: Shown, *, besides: Sequence[str] = ()
) -> QuerySet[Row, Any]:
    """Return the rows with those columns alone that the serializer shows, and those ``besides``.

    Where a field is no plain column, but a property, a method or a list, only Python knows what
    it reads, and the rows are returned as they are.
    """
    query = rows.query
    if query.combinator or query.deferred_loading != (frozenset(), True):
        return rows
    columns = _columns(serializer_class(), rows.model, (), frozenset(query.annotations))
    if columns is None:
        return rows
    relations = {column.rpartition("__")[0] for column in columns if "__" in column}
    # The keys of other rows are read along: permissions ask whose a row is, and they cost nothing.
    fields = rows.model._meta.concrete_fields  # noqa: SLF001  Django's documented API
    keys = [field.attname for field in fields if isinstance(field, ForeignKey)]
    plain = rows.prefetch_related(None).select_related(None)
    related = plain.select_related(*sorted(relations)) if relations else plain
    return related.only(*sorted({*columns, *keys, *besides}))


def _grow(tree: dict[str, Any], names: Sequence[str], path: str) -> None:
    *above, last = names
    for name in above:
        below = tree.setdefault(name, {})
        if below is None:
            raise _invalid(f"{path} is named twice: {name} is there as a whole.", "duplicate")
        tree = below
    if last in tree:
        raise _invalid(f"{path} is named twice, as a whole or in parts.", "duplicate")
    tree[last] = None


def _frozen(tree: Mapping[str, Any]) -> Selection:
    return tuple((name, _frozen(below or {})) for name, below in sorted(tree.items()))


def _refuse_unknown(shown: Any, selection: Selection, prefix: str) -> None:
    fields = dict(_visible(shown))
    unknown = [name for name, _ in selection if name not in fields]
    if unknown:
        known = ", ".join(f"{prefix}{name}" for name in fields)
        wrong = ", ".join(f"{prefix}{name}" for name in unknown)
        raise _invalid(f"Unknown: {wrong:.200}. Known here: {known}.", "unknown")
    for name, below in selection:
        nested = _nested(fields[name])
        if below and nested is None:
            raise _invalid(f"{prefix}{name} has no fields of its own; name it alone.", "unknown")
        if below:
            _refuse_unknown(nested, below, f"{prefix}{name}.")


# Bounded, because clients choose the selections.
@lru_cache(maxsize=256)
def _pruned(serializer_class: Any, selection: Selection) -> Any:
    class Pruned(serializer_class):  # type: ignore[misc]  # a class that mypy cannot know
        def get_fields(self) -> dict[str, Any]:
            fields = super().get_fields()
            return {n: _cut(fields[n], dict(selection)[n]) for n in fields if n in dict(selection)}

    Pruned.__name__ = Pruned.__qualname__ = serializer_class.__name__
    return Pruned


def _cut(field: Any, selection: Selection) -> Any:
    if selection:
        nested = _nested(field)
        for name in set(nested.fields) - {name for name, _ in selection}:
            del nested.fields[name]
        for name, below in selection:
            _cut(nested.fields[name], below)
    return field


def _visible(serializer: Any) -> Iterator[tuple[str, Any]]:
    return ((name, field) for name, field in serializer.fields.items() if not field.write_only)


def _nested(field: Any) -> Any:
    """Return the serializer of an object, or of the objects in a list; None for a value."""
    inner = field.child if isinstance(field, serializers.ListSerializer) else field
    return inner if isinstance(inner, serializers.Serializer) else None


def _columns(
    serializer: Any, model: type[Model], path: tuple[str, ...], annotations: frozenset[str]
) -> set[str] | None:
    """Return the columns that a serializer reads, named from the model; None if nobody knows."""
    if type(serializer).to_representation is not serializers.Serializer.to_representation:
        return None
    columns: set[str] = set()
    for _, field in _visible(serializer):
        below = (*path, *field.source_attrs)
        if isinstance(field, serializers.Serializer):
            found = _columns(field, model, below, annotations)
        else:
            found = _column(field, model, below, annotations)
        if found is None:
            return None
        columns |= found
    return columns


def _column(
    field: Any, model: type[Model], path: tuple[str, ...], annotations: frozenset[str]
) -> set[str] | None:
    if len(path) == 1 and path[0] in annotations:
        return set()
    if isinstance(field, serializers.SlugRelatedField):
        path = (*path, field.slug_field)
    return {"__".join(path)} if path and _is_column(model, path) else None


def _is_column(model: type[Model], path: tuple[str, ...]) -> bool:
    """Tell whether a path leads over rows that a row belongs to, each one only, to a column."""
    *above, last = path
    try:
        for name in above:
            relation = model._meta.get_field(name)  # noqa: SLF001  Django's documented API
            if not isinstance(relation, ForeignKey):
                return False
            model = relation.related_model
        column = model._meta.get_field(last)  # noqa: SLF001  as above
    except FieldDoesNotExist:
        return False
    return column.concrete and not column.is_relation


def _invalid(detail: str, code: str) -> InvalidParameter:
    return InvalidParameter(detail, errors=[{"field": PARAMETER, "detail": detail, "code": code}])
