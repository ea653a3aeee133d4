"""Serializers refuse what they do not know, and name rows by public ids."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework import serializers

from apps.accounts.models import User
from apps.api.serializers import PublicIdField, StrictModelSerializer, StrictSerializer


class UnitIn(StrictSerializer):
    floor = serializers.IntegerField()


class HouseIn(StrictSerializer):
    name = serializers.CharField()
    units = UnitIn(many=True, required=False)
    secret = serializers.CharField(read_only=True)


class PersonInOut(StrictModelSerializer):
    class Meta:
        model = User
        fields = ("id", "name", "tier")
        read_only_fields = ("tier",)


class OwnerIn(StrictSerializer):
    owner = PublicIdField(queryset=User.objects.all())


def errors_of(serializer: serializers.BaseSerializer[Any]) -> Any:
    assert not serializer.is_valid()
    return serializer.errors


def test_an_unknown_field_is_named_with_the_known_ones() -> None:
    errors = errors_of(HouseIn(data={"name": "Lighthouse", "is_staff": True}))

    assert set(errors) == {"is_staff"}
    assert "name, units" in errors["is_staff"][0]
    assert errors["is_staff"][0].code == "unknown"


def test_a_read_only_field_is_unknown_in_a_body() -> None:
    assert set(errors_of(HouseIn(data={"name": "Lighthouse", "secret": "x"}))) == {"secret"}
    assert set(errors_of(PersonInOut(data={"name": "Ada", "tier": "api"}))) == {"tier"}
    assert set(errors_of(PersonInOut(data={"name": "Ada", "id": str(uuid4())}))) == {"id"}


def test_spaces_around_a_text_count_to_its_length() -> None:
    class RoomIn(StrictSerializer):
        name = serializers.CharField(max_length=4)

    assert "4 characters" in errors_of(RoomIn(data={"name": " hall"}))["name"][0]
    assert errors_of(RoomIn(data={"name": "lobby"}))["name"][0].code == "max_length"
    within = RoomIn(data={"name": " den"})
    assert within.is_valid()
    assert within.validated_data == {"name": "den"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (serializers.CharField(), [5, 1.5, True, ["x"]]),
        (serializers.EmailField(), [5]),
        (serializers.IntegerField(), ["5", 5.0, True]),
        (serializers.FloatField(), ["1.5", False]),
        (serializers.BooleanField(), ["true", 1, "on"]),
        (serializers.UUIDField(), [2**100]),
        (serializers.DateTimeField(), [20260101]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_value_of_another_type_is_refused(
    field: serializers.Field[Any, Any, Any, Any], values: list[object]
) -> None:
    serializer_class = type("In", (StrictSerializer,), {"value": field})

    for value in values:
        errors = errors_of(serializer_class(data={"value": value}))
        assert errors["value"][0].code == "invalid", value


def test_nested_serializers_are_strict_too() -> None:
    errors = errors_of(HouseIn(data={"name": "Lighthouse", "units": [{"floor": 1, "x": 1}]}))

    assert set(errors["units"][0]) == {"x"}


@pytest.mark.parametrize("data", [[], "text", 1, None, [{"name": "Lighthouse"}]])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert set(errors_of(HouseIn(data=data))) == {"non_field_errors"}


@pytest.mark.parametrize("name", ["a\x00b", "\x00"])
def test_a_nul_character_is_refused(name: str) -> None:
    assert set(errors_of(HouseIn(data={"name": name}))) == {"name"}


def test_a_row_is_shown_by_its_public_id(owner: User) -> None:
    assert PersonInOut(owner).data["id"] == str(owner.public_id)


def test_a_related_row_is_found_by_its_public_id(owner: User) -> None:
    serializer = OwnerIn(data={"owner": str(owner.public_id)})

    assert serializer.is_valid()
    assert serializer.validated_data == {"owner": owner}


@pytest.mark.parametrize("value", [1, "7", "abc", None, {}, [], "", "\x00", "9" * 10_000, True])
def test_a_related_row_has_no_other_name(db: None, value: object) -> None:
    assert set(errors_of(OwnerIn(data={"owner": value}))) == {"owner"}


def test_a_related_row_must_exist(db: None) -> None:
    assert errors_of(OwnerIn(data={"owner": str(uuid4())}))["owner"][0].code == "does_not_exist"
