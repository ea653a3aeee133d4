"""The examples in the schema are what really goes in and comes out."""

from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer, Serializer

from apps.files.api import file_serializers as serializers

OUTPUTS: list[type[Serializer[Any]]] = [
    serializers.FileOut,
    serializers.FileInFullOut,
    serializers.FileUrlOut,
    serializers.UsageOut,
]


def _example_of(serializer: type[BaseSerializer[Any]]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


def test_an_example_of_input_is_valid() -> None:
    serializer = serializers.FileUrlIn(data=_example_of(serializers.FileUrlIn))

    assert serializer.is_valid(), serializer.errors


@pytest.mark.parametrize("serializer", OUTPUTS, ids=lambda each: each.__name__)
def test_an_example_of_output_has_all_fields_in_order(serializer: type[Serializer[Any]]) -> None:
    assert list(_example_of(serializer)) == list(serializer().fields)


def test_the_example_of_a_file_shows_a_whole_rendition() -> None:
    (rendition,) = _example_of(serializers.FileInFullOut)["renditions"]

    assert list(rendition) == list(serializers.RenditionOut().fields)
