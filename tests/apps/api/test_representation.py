"""What PostgreSQL can build of a serializer, and what it refuses to guess."""

import pytest
from rest_framework import serializers

from apps.api.representation import NotBuildable, row_of
from apps.api.serializers import StrictSerializer


class Inner(StrictSerializer):
    """A row within a row."""

    name = serializers.CharField()


def test_one_serializer_has_one_expression() -> None:
    assert row_of(Inner) is row_of(Inner)


@pytest.mark.parametrize(
    "field", [serializers.SerializerMethodField(), Inner(many=True), serializers.DecimalField(9, 2)]
)
def test_field_computed_in_python_is_refused(field: object) -> None:
    serializer = type("Outer", (StrictSerializer,), {"odd": field})

    with pytest.raises(NotBuildable, match="odd"):
        row_of(serializer)
