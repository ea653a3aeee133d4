"""The examples in the schema are what really goes in and comes out."""

from typing import Any

import pytest

from apps.api.serializers import StrictSerializer
from apps.buildings.api import serializers

SHOWN = [
    getattr(serializers, name)
    for name in dir(serializers)
    if name.endswith(("In", "Out")) and name != "PersonOut"
]


def example_of(serializer: type[StrictSerializer]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


@pytest.mark.parametrize("serializer", [s for s in SHOWN if s.__name__.endswith("In")])
@pytest.mark.django_db
def test_example_of_an_input_is_accepted(serializer: type[StrictSerializer]) -> None:
    parsed = serializer(data=example_of(serializer))

    assert parsed.is_valid(), parsed.errors


@pytest.mark.parametrize("serializer", [s for s in SHOWN if s.__name__.endswith("Out")])
def test_example_of_an_output_has_all_its_fields(serializer: type[StrictSerializer]) -> None:
    assert set(example_of(serializer)) == set(serializer().fields)
