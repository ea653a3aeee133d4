"""The examples of v2 are what really comes out."""

import pytest

from apps.api.serializers import StrictSerializer
from apps.buildings.api.v2 import serializers


@pytest.mark.parametrize("serializer", [serializers.BuildingOut, serializers.RequestOut])
def test_example_has_all_fields(serializer: type[StrictSerializer]) -> None:
    [example] = vars(serializer)["_spectacular_annotation"]["examples"]

    assert set(example.value) == set(serializer().fields)
