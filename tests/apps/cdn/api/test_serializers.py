"""A purge names what it needs, and nothing else."""

import pytest

from apps.cdn.api.serializers import PurgeIn
from apps.cdn.types import Target


@pytest.mark.parametrize(
    ("target", "subjects", "is_valid"),
    [("urls", ["/a"], True), ("tags", [], False), ("everything", ["a"], False)],
)
def test_subjects_fit_the_target(target: str, subjects: list[str], *, is_valid: bool) -> None:
    asked = PurgeIn(data={"target": target, "subjects": subjects, "reason": "A test."})

    assert asked.is_valid() is is_valid
    if is_valid:
        assert asked.validated_data["target"] is Target(target)
