"""A size that is announced is one that some purpose allows."""

from apps.files.api.serializers import SizeField
from apps.files.purposes import largest_limit


def test_size_is_one_byte_at_least_and_what_any_purpose_allows_at_most() -> None:
    field = SizeField()

    assert (field.min_value, field.max_value) == (1, largest_limit())
