"""The examples in the document are what really goes in and comes out."""

from typing import Any

import pytest

from apps.api.serializers import StrictSerializer
from apps.sync.api import examples
from apps.sync.api.conflict_serializers import ConflictOut, ResolutionIn
from apps.sync.api.operations import changes_in
from apps.sync.api.reading import table_named
from apps.sync.api.rxdb import rows_in
from apps.sync.api.rxdb_serializers import RxdbPageOut
from apps.sync.api.serializers import PageOut, PushIn, PushOut
from apps.sync.api.watermelon import pushed_in
from apps.sync.api.watermelon_serializers import WatermelonPageOut, WatermelonPushOut


def example_of(serializer: type[StrictSerializer]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


@pytest.mark.parametrize("serializer", [PushIn, ResolutionIn])
def test_example_of_an_input_is_accepted(serializer: type[StrictSerializer]) -> None:
    parsed = serializer(data=example_of(serializer))

    assert parsed.is_valid(), parsed.errors


@pytest.mark.parametrize("serializer", [ConflictOut, PageOut, PushOut, RxdbPageOut])
def test_example_of_an_output_has_all_its_fields(serializer: type[StrictSerializer]) -> None:
    assert set(example_of(serializer)) == set(serializer().fields)


def test_examples_of_outputs_with_optional_fields_have_none_else() -> None:
    assert set(example_of(WatermelonPageOut)) <= set(WatermelonPageOut().fields)
    assert set(examples.watermelon_pushed) <= set(WatermelonPushOut().fields)


def test_examples_of_pushes_are_read() -> None:
    units = table_named("units", schema_version=1)

    assert len(changes_in([examples.operation])) == 1
    assert [len(each) for each in pushed_in(examples.watermelon_push, schema_version=1)] == [1]
    assert len(rows_in(examples.rxdb_push, units)) == 1
