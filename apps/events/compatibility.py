"""Which changes of a payload break its receivers, and so need a new version of the event type."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def breaking_changes(published: Schema, present: Schema, *, path: str = "") -> list[str]:
    """Return what a receiver written for the published schema could stumble over.

    Further fields are allowed. A field that is gone, renamed, may be absent now, or holds values
    that it could not hold before is not.
    """
    return list(_breaking(published, present, path or "payload"))


def _breaking(published: Schema, present: Schema, path: str) -> Iterator[str]:
    if published.get("type") != "object" or "properties" not in published:
        if not _is_within(present, published):
            yield f"{path} can hold other values: {_kind(published)} became {_kind(present)}"
        return
    if present.get("type") != "object":
        yield f"{path} is no object any more"
        return
    mine = present.get("properties", {})
    for name, schema in published["properties"].items():
        if name not in mine:
            yield f"{path}.{name} is gone"
            continue
        if name in published.get("required", ()) and name not in present.get("required", ()):
            yield f"{path}.{name} may be absent"
        yield from _breaking(schema, mine[name], f"{path}.{name}")


def _is_within(present: Schema, published: Schema) -> bool:
    """Whether every value of the present schema was one of the published schema."""
    alternatives = published.get("anyOf")
    if "anyOf" in present:
        return all(_is_within(each, published) for each in present["anyOf"])
    if alternatives:
        return any(_is_within(present, each) for each in alternatives)
    if "enum" in published:
        return "enum" in present and set(present["enum"]) <= set(published["enum"])
    if "enum" in present:
        return all(_matches(value, published) for value in present["enum"])
    if "const" in published:
        return bool(present.get("const") == published["const"])
    return all(_keyword_is_within(name, present, published) for name in _COMPARED)


def _keyword_is_within(name: str, present: Schema, published: Schema) -> bool:
    if name not in published:
        return True
    if name in _NESTED and isinstance(published[name], Mapping):
        return isinstance(present.get(name), Mapping) and _is_within(present[name], published[name])
    if name == "type" and published[name] == "number":
        return present.get(name) in {"number", "integer"}
    return bool(present.get(name) == published[name])


_NESTED = frozenset({"items", "additionalProperties"})
_COMPARED = ("type", "format", "items", "additionalProperties")


def _matches(value: object, schema: Schema) -> bool:
    return schema.get("type") == _TYPE_NAMES.get(type(value)) and "format" not in schema


_TYPE_NAMES = {str: "string", int: "integer", bool: "boolean", float: "number"}


def _kind(schema: Schema) -> str:
    kept = {name: value for name, value in schema.items() if not name.startswith("x-")}
    return str(kept or "anything")
