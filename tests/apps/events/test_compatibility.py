"""Receivers stumble over fields that go, may be absent or hold other values; not over new ones."""

import copy
from typing import Any

import pytest

from apps.events.compatibility import breaking_changes

TEXT, NUMBER, NOTHING = {"type": "string"}, {"type": "integer"}, {"type": "null"}
PUBLISHED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"const": "a.b.c"},
        "data": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "name": TEXT,
                "size": {"anyOf": [NUMBER, NOTHING]},
                "weight": {"type": "number"},
                "kind": {"enum": ["x", "y"]},
                "tags": {"type": "array", "items": TEXT},
            },
            "required": ["id", "name", "size", "weight", "kind", "tags"],
        },
    },
    "required": ["type", "data"],
}


def _changed(name: str, schema: Any = None, *, is_required: bool = True) -> dict[str, Any]:
    changed = copy.deepcopy(PUBLISHED)
    data = changed["properties"]["data"]
    if schema is None:
        del data["properties"][name]
    else:
        data["properties"][name] = schema
    if not is_required:
        data["required"].remove(name)
    return changed


@pytest.mark.parametrize(
    "change",
    [
        PUBLISHED,
        _changed("colour", TEXT),
        _changed("size", NUMBER),
        _changed("kind", {"enum": ["x"]}),
        _changed("weight", NUMBER),
        _changed("name", {**TEXT, "x-personal-data-of": "id"}),
        _changed("name", {"enum": ["Ada", "Ben"]}),
    ],
    ids=["none", "added", "narrower", "fewer", "whole numbers", "personal", "named values"],
)
def test_harmless_change_needs_no_version(change: dict[str, Any]) -> None:
    assert breaking_changes(PUBLISHED, change) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_changed("name"), "data.name is gone"),
        (_changed("name", TEXT, is_required=False), "data.name may be absent"),
        (_changed("name", NUMBER), "data.name can hold other values"),
        (_changed("name", {"anyOf": [TEXT, NOTHING]}), "data.name can hold other values"),
        (_changed("id", TEXT), "data.id can hold other values"),
        (_changed("size", {"anyOf": [NUMBER, NOTHING, TEXT]}), "data.size can hold"),
        (_changed("kind", {"enum": ["x", "y", "z"]}), "data.kind can hold other values"),
        (_changed("kind", TEXT), "data.kind can hold other values"),
        (_changed("tags", {"type": "array", "items": NUMBER}), "data.tags can hold"),
        (_changed("weight", TEXT), "data.weight can hold other values"),
        ({"type": "array"}, "is no object any more"),
    ],
)
def test_planted_violation_is_found(change: dict[str, Any], complaint: str) -> None:
    (found,) = breaking_changes(PUBLISHED, change)

    assert complaint in found
