"""How a conflict looks, and what may be decided."""

from typing import Any

import pytest

from apps.sync.api.conflict_serializers import ConflictOut, ResolutionIn
from apps.sync.types import Resolution
from tests.factories.sync import ConflictFactory


@pytest.mark.django_db
def test_conflict_outlives_its_device_and_the_row_it_met() -> None:
    conflict = ConflictFactory.create(state=None, theirs=None)

    shown = ConflictOut(conflict).data

    assert (shown["id"], shown["device"], shown["theirs"]) == (str(conflict.public_id), "", None)


@pytest.mark.parametrize(
    ("told", "values"),
    [
        ({"resolution": "mine"}, None),
        ({"resolution": "theirs", "values": None}, None),
        ({"resolution": "merged", "values": {"notes": "wet"}}, {"notes": "wet"}),
    ],
)
def test_decision_is_for_one_side_or_for_values(told: Any, values: Any) -> None:
    serializer = ResolutionIn(data=told)
    serializer.is_valid(raise_exception=True)

    assert serializer.validated_data["resolution"] is Resolution(told["resolution"])
    assert serializer.validated_data["values"] == values
