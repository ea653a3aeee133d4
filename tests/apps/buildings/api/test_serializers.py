"""What clients send is parsed strictly, into the words of the services."""

from typing import Any

import pytest

from apps.api.serializers import StrictSerializer
from apps.buildings.api.serializers import (
    BuildingIn,
    CommentIn,
    InvitationIn,
    RequestIn,
    RoleIn,
    StatusIn,
    UnitIn,
)
from apps.buildings.types import Priority, Role, Status
from apps.kernel.ids import new_id


@pytest.mark.parametrize(
    ("serializer", "body", "field"),
    [
        (BuildingIn, {}, "name"),
        (BuildingIn, {"name": "x" * 121}, "name"),
        (BuildingIn, {"name": "Lighthouse", "owner": "me"}, "owner"),
        (UnitIn, {"label": ""}, "label"),
        (UnitIn, {"label": "1", "floor": 40_000}, "floor"),
        (UnitIn, {"label": "1", "floor": "second"}, "floor"),
        (RoleIn, {"role": "king"}, "role"),
        (InvitationIn, {"role": "resident", "email": "ada@"}, "email"),
        (InvitationIn, {"role": "resident"}, "email"),
        (RequestIn, {"title": "Tap", "unit": "7"}, "unit"),
        (RequestIn, {"title": "Tap", "priority": "now"}, "priority"),
        (RequestIn, {"title": "Tap", "status": "closed"}, "status"),
        (StatusIn, {"status": "lost"}, "status"),
        (CommentIn, {"text": " "}, "text"),
        (CommentIn, {"text": "x" * 5001}, "text"),
    ],
)
@pytest.mark.django_db
def test_what_breaks_a_rule_is_refused_by_its_name(
    serializer: type[StrictSerializer], body: dict[str, Any], field: str
) -> None:
    parsed = serializer(data=body)

    assert not parsed.is_valid()
    assert set(parsed.errors) == {field}


def test_request_speaks_the_words_of_the_service() -> None:
    unit = new_id()

    parsed = RequestIn(data={"title": " The tap drips ", "unit": str(unit), "priority": "high"})

    assert parsed.is_valid()
    assert parsed.validated_data == {
        "title": "The tap drips",
        "unit_id": unit,
        "priority": Priority.HIGH,
    }


def test_roles_and_statuses_are_the_domains_own() -> None:
    role, status = RoleIn(data={"role": "manager"}), StatusIn(data={"status": "closed"})

    assert role.is_valid()
    assert status.is_valid()
    assert role.validated_data["role"] is Role.MANAGER
    assert status.validated_data["status"] is Status.CLOSED
