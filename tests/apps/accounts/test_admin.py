"""The operator's view of identity."""

import pytest
from django.test import Client

from apps.accounts.models import Session, User
from tests.factories.accounts import DeviceFactory, SessionFactory

pytestmark = pytest.mark.django_db

NEW = "A completely other secret 7"


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    """A browser in which staff is signed in."""
    client.force_login(staff)
    return client


@pytest.mark.parametrize("term", ["owner@exam", "Olga", "public_id"])
def test_users_are_found(operator: Client, owner: User, stranger: User, term: str) -> None:
    wanted = str(owner.public_id) if term == "public_id" else term

    page = operator.get("/admin/accounts/user/", {"q": wanted}).content.decode()

    assert "owner@example.com" in page
    assert "stranger@example.com" not in page


def test_user_page_shows_no_hash_and_changes_no_address(operator: Client, owner: User) -> None:
    url = f"/admin/accounts/user/{owner.pk}/change/"
    page = operator.get(url)

    changed = operator.post(
        url,
        {"email": "evil@example.com", "password": "x", "name": "Olga", "locale": "en",
         "time_zone": "UTC", "tier": "premium", "is_active": "on"},
    )  # fmt: skip

    assert owner.password.split("$")[-1] not in page.content.decode()
    assert changed.status_code == 302
    before, owner.name = owner.password, ""
    owner.refresh_from_db()
    assert (owner.email, owner.name, owner.tier) == ("owner@example.com", "Olga", "premium")
    assert owner.password == before


def test_password_set_by_staff_ends_the_users_sessions(operator: Client, owner: User) -> None:
    SessionFactory.create(user=owner)

    answer = operator.post(
        f"/admin/accounts/user/{owner.pk}/password/",
        {"usable_password": "true", "password1": NEW, "password2": NEW},
    )

    assert answer.status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert not Session.objects.filter(user=owner, ended_at=None).exists()


def test_user_is_added_under_the_canonical_address(operator: Client) -> None:
    answer = operator.post(
        "/admin/accounts/user/add/",
        {"email": "Ada@Example.com", "usable_password": "true", "password1": NEW, "password2": NEW},
    )

    assert answer.status_code == 302
    assert User.objects.filter(email="ada@example.com").exists()


def test_users_are_not_deleted_here(operator: Client, owner: User) -> None:
    assert operator.post(f"/admin/accounts/user/{owner.pk}/delete/").status_code == 403


def test_sessions_and_devices_are_listed(operator: Client, owner: User) -> None:
    device = DeviceFactory.create(user=owner, name="Olga's phone")
    session = SessionFactory.create(user=owner, device=device, django_session_key="s" * 32)

    pages = [
        operator.get("/admin/accounts/device/"),
        operator.get(f"/admin/accounts/device/{device.pk}/change/"),
        operator.get("/admin/accounts/session/"),
        operator.get(f"/admin/accounts/session/{session.pk}/change/"),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert all("owner@example.com" in page.content.decode() for page in pages)
    assert "s" * 32 not in pages[-1].content.decode()


def test_staff_end_sessions(operator: Client, owner: User) -> None:
    session = SessionFactory.create(user=owner)
    chosen = {"action": "end", "_selected_action": [session.pk], "confirmed": "yes"}

    operator.post("/admin/accounts/session/", chosen)

    session.refresh_from_db()
    assert session.end_reason == "ended_by_staff"
