"""Invitations, sent and received, over HTTP."""

from apps.accounts.models import User
from apps.buildings.models import Building, Invitation
from tests.factories.accounts import UserFactory
from tests.factories.buildings import InvitationFactory
from tests.people import client_of

MINE = "/api/v1/buildings/invitations/"


def test_answer_does_not_tell_whether_there_is_an_account(house: Building, owner: User) -> None:
    client, url = client_of(owner), f"/api/v1/buildings/{house.public_id}/invitations/"
    UserFactory.create(email="known@example.com")

    known = client.post(url, {"email": "known@example.com", "role": "resident"})
    unknown = client.post(url, {"email": "nobody@example.com", "role": "resident"})

    assert known.status_code == unknown.status_code == 201
    one_of_a_kind = {"id", "email", "created_at"}
    assert {key: value for key, value in known.json().items() if key not in one_of_a_kind} == {
        key: value for key, value in unknown.json().items() if key not in one_of_a_kind
    }


def test_invited_person_finds_and_accepts_the_invitation(
    house: Building, owner: User, stranger: User
) -> None:
    client_of(owner).post(
        f"/api/v1/buildings/{house.public_id}/invitations/",
        {"email": "Stranger@Example.com", "role": "manager"},
    )
    client = client_of(stranger)

    [invitation] = client.get(MINE).json()["items"]
    accepted = client.post(f"{MINE}{invitation['id']}/accept/")

    assert invitation["building"] == {"id": str(house.public_id), "name": house.name}
    assert accepted.status_code == 200
    assert (accepted.json()["id"], accepted.json()["role"]) == (str(house.public_id), "manager")
    assert client.get(f"/api/v1/buildings/{house.public_id}/").status_code == 200
    assert client.get(MINE).json()["items"] == []


def test_invitations_of_others_are_not_there(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house)
    client, url = client_of(stranger), f"{MINE}{invitation.public_id}/"

    assert client.get(MINE).json()["items"] == []
    assert client.post(f"{url}accept/").status_code == 404
    assert client.delete(url).status_code == 404


def test_invitation_is_declined(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email)

    response = client_of(stranger).delete(f"{MINE}{invitation.public_id}/")

    assert response.status_code == 204
    assert not Invitation.objects.exists()


def test_what_is_no_address_is_refused(house: Building, owner: User) -> None:
    response = client_of(owner).post(
        f"/api/v1/buildings/{house.public_id}/invitations/",
        {"email": "no address", "role": "resident"},
    )

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["email"]


def test_my_invitations_need_a_sign_in() -> None:
    assert client_of(None).get(MINE).status_code == 401
