"""The examples in the schema are what really goes in and comes out."""

from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer, Serializer

from apps.notifications.api import device_serializers, inbox_serializers


def _example_of(serializer: type[BaseSerializer[Any]]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


@pytest.mark.parametrize(
    "serializer", [device_serializers.RegistrationIn, inbox_serializers.ItemsIn]
)
def test_example_of_an_input_is_accepted(serializer: type[Serializer[Any]]) -> None:
    parsed = serializer(data=_example_of(serializer))

    assert parsed.is_valid(), parsed.errors


@pytest.mark.parametrize(
    "serializer",
    [
        device_serializers.RegistrationOut,
        device_serializers.WebPushKeyOut,
        inbox_serializers.InboxCountsOut,
        inbox_serializers.InboxItemOut,
    ],
)
def test_example_of_an_output_has_all_its_fields(serializer: type[Serializer[Any]]) -> None:
    assert set(_example_of(serializer)) == set(serializer().fields)
