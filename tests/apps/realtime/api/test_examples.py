"""The examples in the schema are what really goes in and comes out."""

from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer, Serializer

from apps.realtime.api import serializers

OUTPUTS: list[type[Serializer[Any]]] = [
    serializers.PublishedOut,
    serializers.PresenceOut,
    serializers.HistoryOut,
]


def _example_of(serializer: type[BaseSerializer[Any]]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


@pytest.mark.parametrize(
    "serializer", [serializers.MessageIn, serializers.BroadcastIn, serializers.DisconnectIn]
)
def test_example_of_an_input_is_accepted(serializer: type[Serializer[Any]]) -> None:
    parsed = serializer(data=_example_of(serializer))

    assert parsed.is_valid(), parsed.errors


@pytest.mark.parametrize("serializer", OUTPUTS)
def test_example_of_an_output_names_every_field(serializer: type[Serializer[Any]]) -> None:
    assert set(_example_of(serializer)) == set(serializer().fields)
