"""The examples in the schema are what really goes in and comes out."""

from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer, Serializer

from apps.webhooks.api import repairs, serializers

OUTPUTS: list[type[Serializer[Any]]] = [
    serializers.EndpointOut,
    serializers.RegisteredEndpointOut,
    serializers.SecretOut,
    serializers.TrialOut,
    serializers.PublicKeysOut,
    serializers.EventTypeOut,
    serializers.DeliveryOut,
    serializers.DeliveryInFullOut,
    repairs.AttemptListOut,
    repairs.RecoveryOut,
    repairs.ExaminationOut,
]


def _example_of(serializer: type[BaseSerializer[Any]]) -> Any:
    annotations: dict[str, Any] = vars(serializer)["_spectacular_annotation"]
    [example] = annotations["examples"]
    return example.value


@pytest.mark.parametrize(
    "serializer",
    [
        serializers.EndpointIn,
        serializers.RotationIn,
        serializers.TrialIn,
        repairs.ReplayIn,
        repairs.RecoverIn,
    ],
)
def test_example_of_an_input_is_accepted(serializer: type[Serializer[Any]]) -> None:
    parsed = serializer(data=_example_of(serializer))

    assert parsed.is_valid(), parsed.errors


@pytest.mark.parametrize("serializer", OUTPUTS)
def test_example_of_an_output_has_all_its_fields(serializer: type[Serializer[Any]]) -> None:
    assert set(_example_of(serializer)) == set(serializer().fields)


def test_attempt_in_the_example_has_all_its_fields() -> None:
    [attempt] = _example_of(serializers.DeliveryInFullOut)["attempts"]

    assert set(attempt) == set(serializers.AttemptOut().fields)
