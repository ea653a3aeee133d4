"""Roles cover each other from the top down."""

import pytest

from apps.buildings.types import Role


@pytest.mark.parametrize(
    ("role", "covered"),
    [
        (Role.OWNER, {Role.OWNER, Role.MANAGER, Role.RESIDENT}),
        (Role.MANAGER, {Role.MANAGER, Role.RESIDENT}),
        (Role.RESIDENT, {Role.RESIDENT}),
    ],
)
def test_role_covers_itself_and_those_below(role: Role, covered: set[Role]) -> None:
    assert {other for other in Role if role.covers(other)} == covered
