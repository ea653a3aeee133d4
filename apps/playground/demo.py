"""The people and the building that a fresh stack starts with."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from apps.accounts import services as accounts
from apps.accounts.selectors import user_by_email, users_by_ids
from apps.buildings import services as buildings
from apps.buildings.selectors import buildings_of, invitations_to
from apps.buildings.types import Priority, Role, Status
from apps.playground.links import LINKS
from apps.playground.people import DANA, ELI, DemoPerson

ADMIN_EMAIL = "admin@mainstay.local"
# The printed commands should still succeed after lunch; phones get ten minutes.
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Demo:
    """How to enter the demo: as its user over the API, as its operator in the admin."""

    token: str
    refresh_token: str
    admin_user: str
    admin_password: str = field(repr=False)

    def as_data(self) -> dict[str, Any]:
        """Return it as `make run` reads it, with the pages worth a look."""
        links = [{"title": link.title, "url_path": link.path} for link in LINKS]
        return {**asdict(self), "links": links}


def set_the_stage() -> Demo:
    """Make sure that the demo's people and building are there, and let them in anew.

    Repeating it adds nothing but fresh tokens and a fresh password of the operator.
    """
    user_id = user_id_of(DANA)
    if not buildings_of(user_id=user_id).exists():
        _furnish(user_id)
    if not buildings_of(user_id=user_id_of(ELI)).exists():
        _let_in(user_id_of(ELI), host_id=user_id)
    tokens = accounts.sign_in_as(user_id, lifetime=A_DAY)
    return Demo(
        token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        admin_user=ADMIN_EMAIL,
        admin_password=_fresh_password_of(_user(ADMIN_EMAIL, name="Operator", is_staff=True)),
    )


def way_in(person: DemoPerson) -> dict[str, str]:
    """Return a token of one of the demo's people, who they are, and the room they live in."""
    user_id = user_id_of(person)
    [user] = users_by_ids([user_id]).values()
    building = buildings_of(user_id=user_id).get(name="Lighthouse")
    return {
        "access_token": accounts.sign_in_as(user_id, lifetime=A_DAY).access_token,
        "user_id": str(user.public_id),
        "building_id": str(building.public_id),
        "room": f"room:building:{building.public_id}",
    }


def user_id_of(person: DemoPerson) -> int:
    """Return the internal id of one of the demo's people, who has an account from then on."""
    return _user(person.email, name=person.name)


def _user(email: str, *, name: str, is_staff: bool = False) -> int:
    known = user_by_email(email)
    return known.id if known else accounts.create_user(email=email, name=name, is_staff=is_staff)


def _fresh_password_of(user_id: int) -> str:
    password = f"Aa1-{secrets.token_urlsafe(12)}"
    accounts.change_password(user_id=user_id, password=password)
    return password


def _let_in(user_id: int, *, host_id: int) -> None:
    building = buildings_of(user_id=host_id).get(name="Lighthouse")
    buildings.invite_member(
        building_id=building.public_id, inviter_id=host_id, email=ELI.email, role=Role.MANAGER
    )
    invitation = invitations_to(user_id=user_id).get()
    buildings.accept_invitation(invitation_id=invitation.public_id, user_id=user_id)


def _furnish(user_id: int) -> None:
    building_id = buildings.create_building(
        owner_id=user_id, name="Lighthouse", address="1 Harbour Road"
    )
    units = {
        label: buildings.add_unit(building_id=building_id, label=label, floor=floor)
        for floor, label in enumerate(["Keeper's flat", "Store", "Watch room", "Lantern room"])
    }
    buildings.open_request(building_id=building_id, author_id=user_id, title="The door squeaks")
    lamp = buildings.open_request(
        building_id=building_id,
        author_id=user_id,
        title="The lamp flickers",
        description="Since the storm, about once a minute.",
        priority=Priority.URGENT,
        unit_id=units["Lantern room"],
    )
    buildings.change_status(
        building_id=building_id, request_id=lamp, user_id=user_id, status=Status.IN_PROGRESS
    )
    buildings.add_comment(
        building_id=building_id,
        request_id=lamp,
        author_id=user_id,
        text="The new lens is ordered and comes on Tuesday.",
    )
