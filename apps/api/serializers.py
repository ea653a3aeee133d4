"""Serializers that refuse what they do not know, and speak of rows by their public ids."""

import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Model
from rest_framework import serializers
from rest_framework.relations import SlugRelatedField
from rest_framework.validators import ProhibitSurrogateCharactersValidator
from typing_extensions import override


class PublicIdField(SlugRelatedField[Model]):
    """A related row, named by its public id."""

    default_error_messages = {
        "invalid": "Not an id: a UUID is expected.",
        "does_not_exist": "Nothing has this id.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", **kwargs)

    @override
    def to_internal_value(self, data: Any) -> Model:
        try:
            UUID(data)
        except (ValueError, TypeError, AttributeError):
            self.fail("invalid")
        return super().to_internal_value(data)


# What a field of several values is made of.
_INNER = frozenset({"child", "child_relation"})
# DRF would take 5 for a text and "5" for a number, which the OpenAPI document does not allow.
_TYPES: Mapping[type[Any], tuple[tuple[type, ...], str]] = {
    serializers.BooleanField: ((bool,), "Must be true or false."),
    serializers.IntegerField: ((int,), "A whole number is expected."),
    serializers.FloatField: ((int, float), "A number is expected."),
    serializers.CharField: ((str,), "A text is expected."),
    serializers.UUIDField: ((str,), "A text is expected."),
    serializers.DateTimeField: ((str,), "A text is expected."),
}


class NoSurrogates(ProhibitSurrogateCharactersValidator):
    """Refuses halves of characters, and finds in one step that most texts hold none."""

    @override
    def __call__(self, value: Any) -> None:
        if not str(value).isascii():
            super().__call__(value)


class SteadySerializer(serializers.Serializer[Any]):
    """A serializer whose fields follow from its class alone: they are made once."""

    @override
    def get_fields(self) -> dict[str, Any]:
        """Return fields of this instance's own."""
        return {name: _own(field) for name, field in _fields_of(type(self)).items()}

    def made_fields(self) -> dict[str, Any]:
        """Return the fields as DRF makes them, which is most of what a short validation costs."""
        return super().get_fields()


class StrictSerializer(SteadySerializer):
    """A serializer that refuses unknown and read-only fields, and values of another type.

    Where the view has an output serializer, ``data`` shows the written row through it.
    """

    @override
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
            self._refuse_other_types(data)
        return super().to_internal_value(data)

    @property
    @override
    def data(self) -> Any:
        output = self.context.get("output_serializer")
        if output is None or self.instance is None or isinstance(self, output):
            return super().data
        return output(self.instance, context=self.context).data

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        writable = {name for name, field in self.fields.items() if not field.read_only}
        unknown = sorted(set(data) - writable)
        if unknown:
            known = ", ".join(sorted(writable)) or "none"
            complaint = f"Unknown field; the known ones are: {known}."
            raise serializers.ValidationError(
                {name: [complaint] for name in unknown}, code="unknown"
            )

    def _refuse_other_types(self, data: Mapping[str, Any]) -> None:
        complaints = {
            name: [complaint]
            for name, value in data.items()
            if value is not None and (complaint := _complaint_about(self.fields[name], value))
        }
        if complaints:
            raise serializers.ValidationError(complaints, code="invalid")


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """The same for a model: its public id is ``id``, and so are those of related rows."""

    serializer_related_field = PublicIdField

    id = serializers.UUIDField(source="public_id", read_only=True)


@lru_cache(maxsize=256)
def _fields_of(serializer_class: type[SteadySerializer]) -> dict[str, Any]:
    """Return the fields of a class, made once and bound to no serializer."""
    fields = serializer_class().made_fields()
    for field in fields.values():
        if isinstance(field, serializers.CharField):
            field.validators = [
                NoSurrogates() if isinstance(each, ProhibitSurrogateCharactersValidator) else each
                for each in field.validators
            ]
    return fields


def _own(field: Any) -> Any:
    """Return a field that can be bound to another serializer."""
    if isinstance(field, serializers.BaseSerializer) or not _INNER.isdisjoint(vars(field)):
        # What is within it is bound to it, so all of it is made anew.
        return copy.deepcopy(field)
    own = object.__new__(type(field))
    vars(own).update(vars(field))
    return own


def _complaint_about(field: Any, value: Any) -> str:
    """Return what OpenAPI forbids of a JSON value and DRF would take; "" where nothing is."""
    for kind, (types, complaint) in _TYPES.items():
        if isinstance(field, kind):
            is_right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return _complaint_about_padding(field, value) if is_right else complaint
    return ""


def _complaint_about_padding(field: Any, value: Any) -> str:
    """Return what is wrong with a text that DRF would find short enough once it is trimmed."""
    longest = getattr(field, "max_length", None) if isinstance(value, str) else None
    if longest is None or not len(value.strip()) <= longest < len(value):
        return ""
    return f"At most {longest} characters are allowed, spaces around the text included."
