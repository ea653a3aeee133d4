"""What v2 shows in another way than v1, over HTTP."""

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.factories.buildings import InvitationFactory, RequestFactory, UnitFactory
from tests.people import client_of


def test_building_shows_what_the_viewer_is_to_it(house: Building, resident: User) -> None:
    client = client_of(resident)

    row = client.get(f"/api/v2/buildings/{house.public_id}/").json()
    [listed] = client.get("/api/v2/buildings/").json()["items"]

    assert row == listed
    assert row["viewer"] == {"role": "resident"}
    assert "role" not in row


def test_created_and_changed_buildings_are_shown_alike(owner: User) -> None:
    client = client_of(owner)

    created = client.post("/api/v2/buildings/", {"name": "Lighthouse"})
    path = f"/api/v2/buildings/{created.json()['id']}/"
    changed = client.patch(path, {"name": "Tower"}).json()

    assert created.status_code == 201
    assert created.json()["viewer"] == changed["viewer"] == {"role": "owner"}
    assert changed == client.get(path).json()


def test_part_of_the_viewer_can_be_asked_for(house: Building, owner: User) -> None:
    row = client_of(owner).get(f"/api/v2/buildings/{house.public_id}/?fields=viewer.role").json()

    assert row == {"viewer": {"role": "owner"}}


def test_accepted_invitation_shows_the_building(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email)
    path = f"/api/v2/buildings/invitations/{invitation.public_id}/accept/"

    joined = client_of(stranger).post(path).json()

    assert (joined["id"], joined["viewer"]) == (str(house.public_id), {"role": "resident"})


def test_request_shows_its_unit_by_label(house: Building, owner: User) -> None:
    unit = UnitFactory.create(building=house, label="2 left")
    placed = RequestFactory.create(building=house, unit=unit)
    nowhere = RequestFactory.create(building=house, unit=None)
    client, path = client_of(owner), f"/api/v2/buildings/{house.public_id}/requests/"

    newest, oldest = client.get(path).json()["items"]

    assert (newest["id"], newest["unit"]) == (str(nowhere.public_id), None)
    assert oldest["unit"] == {"id": str(unit.public_id), "label": "2 left"}
    assert client.get(f"{path}{placed.public_id}/").json() == oldest


def test_request_is_opened_with_the_id_of_a_unit(house: Building, owner: User) -> None:
    unit = UnitFactory.create(building=house)
    path = f"/api/v2/buildings/{house.public_id}/requests/"

    opened = client_of(owner).post(path, {"title": "Drip", "unit": str(unit.public_id)}).json()

    assert opened["unit"] == {"id": str(unit.public_id), "label": unit.label}


def test_reads_of_buildings_are_deprecated_in_v1_alone(house: Building, owner: User) -> None:
    client, row = client_of(owner), f"buildings/{house.public_id}/"

    for path in ("buildings/", row):
        assert client.get(f"/api/v1/{path}")["Deprecation"] == "@1793491200"
        assert "Deprecation" not in client.get(f"/api/v2/{path}").headers
    assert "Deprecation" not in client.get(f"/api/v1/{row}units/").headers
    assert "Deprecation" not in client.patch(f"/api/v1/{row}", {"name": "Tower"}).headers


def test_link_of_the_deprecation_leads_to_a_page(house: Building, owner: User) -> None:
    client = client_of(owner)
    link = client.get("/api/v1/buildings/")["Link"].partition(">")[0].removeprefix("<")

    page = client.get(link, headers={"Accept": "text/html"})

    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
