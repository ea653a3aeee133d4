"""The JSON Schema (2020-12) of an event's payload, read from its dataclass."""

import inspect
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from apps.events.types import Event, payload_fields

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    UUID: {"type": "string", "format": "uuid"},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
    Any: {},
}


def payload_schema(event_type: type[Event]) -> Schema:
    """Return the schema of a type's payload; raises TypeError for a field JSON cannot hold.

    A payload may gain fields without a new version, so unknown ones are allowed. The keyword
    ``x-personal-data-of`` names the field that holds the id of the person a field is about.
    """
    hints, names = get_type_hints(event_type), payload_fields(event_type)
    return {
        "type": "object",
        "properties": {name: _field(event_type, name, hints[name]) for name in names},
        "required": list(names),
        "additionalProperties": True,
    }


def description_of(event_type: type[Event]) -> str:
    """Return what an event of the type says happened."""
    return inspect.getdoc(event_type) or ""


def _field(event_type: type[Event], name: str, hint: Any) -> Schema:
    subject = event_type.personal.get(name)
    return {**_schema(hint), **({"x-personal-data-of": subject} if subject else {})}


def _schema(hint: Any) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_schema(each) for each in arguments]}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin in {tuple, list, set, frozenset}:
        return {"type": "array", "items": _schema(arguments[0])}
    raise TypeError(f"A payload cannot hold {hint}; use types that JSON has.")
