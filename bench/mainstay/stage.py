"""The people and the building of a run; what a real client would make over the API."""

from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounts import services as accounts
from apps.buildings import services as buildings
from apps.buildings.models import Member
from apps.buildings.types import Role
from bench.rows import DESCRIPTION, TITLE

# Written as `services.open_request` writes them, save for the events: those are not read here.
_REQUESTS = """
INSERT INTO buildings_maintenancerequest
    (public_id, building_id, author_id, title, description, status, priority, created_at,
     updated_at)
SELECT uuidv7(), member.building_id, member.user_id, %(title)s, %(description)s, 'open', 'normal',
    now(), now()
FROM generate_series(1, %(count)s) AS number
JOIN (SELECT building_id, user_id, row_number() OVER (ORDER BY id) - 1 AS place
      FROM buildings_member) AS member ON member.place = number %% %(people)s
ORDER BY number
"""
_KNOWN = "SELECT public_id FROM buildings_maintenancerequest ORDER BY hashint8(id) LIMIT %s"


def set_up(*, users: int, rows: int, known_rows: int) -> dict[str, Any]:
    """Make a building with its members and requests, and sign everybody in."""
    user_ids = [
        accounts.create_user(email=f"person{number}@bench.mainstay.local", name=f"Person {number}")
        for number in range(users)
    ]
    building_id = buildings.create_building(owner_id=user_ids[0], name="Lighthouse")
    join(building_id, user_ids[1:])
    with connection.cursor() as cursor:
        texts = {"title": TITLE, "description": DESCRIPTION}
        cursor.execute(_REQUESTS, {**texts, "count": rows, "people": users})
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(_KNOWN, [known_rows])
        known = [str(public_id) for (public_id,) in cursor.fetchall()]
    tokens = [accounts.sign_in_as(user_id).access_token for user_id in user_ids]
    return {"building": str(building_id), "known": known, "tokens": tokens, "owner": user_ids[0]}


def join(building_id: UUID, user_ids: list[int]) -> None:
    """Let people live in a building; nobody is told."""
    building = Member.objects.get(building__public_id=building_id).building
    Member.objects.bulk_create(
        Member(building=building, user_id=user_id, role=Role.RESIDENT) for user_id in user_ids
    )
