"""Actions of lists are asked about before they are carried out; read rows are not edited."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from apps.accounts.models import Session, User
from tests.apps.console.conftest import allow
from tests.factories.accounts import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/accounts/session/"


@pytest.fixture
def operator(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def choose(*sessions: Session, **more: str) -> dict[str, object]:
    return {"action": "end", "_selected_action": [session.pk for session in sessions], **more}


def test_action_is_asked_about_with_what_was_chosen(operator: Client) -> None:
    session = SessionFactory.create()

    asked = operator.post(PAGE, choose(session, index="0")).content.decode()

    session.refresh_from_db()
    assert session.ended_at is None
    assert str(session.public_id) in asked
    assert "End: its tokens stop working everywhere?" in asked


def test_action_is_carried_out_once_it_is_confirmed(operator: Client) -> None:
    session = SessionFactory.create()

    answer = operator.post(PAGE, choose(session, confirmed="yes"))

    session.refresh_from_db()
    assert answer.status_code == 302
    assert session.ended_at is not None


def test_who_may_only_look_carries_nothing_out(client: Client) -> None:
    session = SessionFactory.create()
    clerk = UserFactory.create(is_staff=True)
    allow(clerk, "accounts.view_session")
    client.force_login(clerk)

    listed = client.get(PAGE)
    client.post(PAGE, choose(session, confirmed="yes"))

    session.refresh_from_db()
    assert str(session.user) in listed.content.decode()
    assert session.ended_at is None


def test_every_action_names_who_may_carry_it_out() -> None:
    lists: list[Any] = list(admin.site._registry.values())
    named = {
        f"{each}.{name}": hasattr(getattr(each, name), "allowed_permissions")
        for each in lists
        for name in each.actions
    }

    assert "accounts.SessionAdmin.end" in named
    assert [action for action, is_named in named.items() if not is_named] == []


def test_many_rows_are_counted_and_not_listed(operator: Client) -> None:
    sessions = SessionFactory.create_batch(12)

    asked = operator.post(PAGE, choose(*sessions[:1], select_across="1")).content.decode()

    assert "and 2 more" in asked


def test_nothing_chosen_is_told_as_before(operator: Client) -> None:
    page = operator.post(PAGE, {"action": "end", "index": "0"}, follow=True).content.decode()

    assert "Items must be selected" in page


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_rows_that_are_read_are_not_edited(operator: Client, page: str) -> None:
    session = SessionFactory.create()

    assert operator.get(PAGE + page.format(session.pk)).status_code == 403
