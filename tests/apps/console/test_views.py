"""The person's page: who may look, who may act, and that what is done is confirmed and told."""

from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Session, User
from apps.console.ports import charts, person_sections
from apps.console.selectors import HEARTBEAT, RANGES
from apps.events.selectors import events_about
from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from tests.apps.console.conftest import allow, browser_of, write_sample
from tests.factories.accounts import DeviceFactory, SessionFactory
from tests.factories.buildings import BuildingFactory
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db

# Who asks, and what holds the page together.
ALWAYS = 4
REASON = {"reason": "she asked for it by phone"}


def url_of(user: User, *words: str) -> str:
    return f"/admin/accounts/user/{user.pk}/person/" + "".join(f"{word}/" for word in words)


def furnish(user: User) -> Session:
    """Give a person something in every section."""
    session = SessionFactory.create(user=user, device=DeviceFactory.create(user=user, name="Nokia"))
    endpoint = EndpointFactory.create(owner=user, url="https://partner.example.com/hook")
    DeliveryFactory.create(endpoint=endpoint, state="failed", due_at=None, finished_at=now())
    BuildingFactory.create(name="Lighthouse", owner__user=user)
    return session


@pytest.mark.parametrize("name", RANGES)
def test_charts_are_told_in_few_queries(
    operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    write_sample(HEARTBEAT, now(), 1)

    with django_assert_max_num_queries(ALWAYS + 2 * len(charts)):
        told = operator.get("/admin/console/charts", {"range": name}).json()

    assert told["sampled_at"]
    assert [chart["name"] for chart in told["charts"]][:2] == ["requests", "latency"]


def test_unknown_range_is_not_found(operator: Client) -> None:
    assert operator.get("/admin/console/charts", {"range": "1y"}).status_code == 404


@pytest.mark.parametrize("path", ["/admin/console/charts", "person", "act"])
def test_stranger_is_sent_to_sign_in(owner: User, stranger: User, path: str) -> None:
    pages = {"person": url_of(owner), "act": url_of(owner, "profile", "disable")}

    for browser in (browser_of(stranger), Client()):
        answer = browser.post(pages.get(path, path), REASON)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_person_is_shown_with_every_section(
    operator: Client, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    furnish(owner)

    with django_assert_max_num_queries(ALWAYS + 4 * len(person_sections)):
        page = operator.get(url_of(owner)).content.decode()

    for word in ("owner@example.com", "Nokia", "partner.example.com", "Lighthouse", "Timeline"):
        assert word in page
    for action in ("disable", "end", "resend"):
        assert f"/{action}/" in page


def test_nobody_is_found_behind_an_unknown_id_or_key(operator: Client, owner: User) -> None:
    assert operator.get("/admin/accounts/user/999999999/person/").status_code == 404
    assert operator.get(url_of(owner), {"before": "yesterday"}).status_code == 404
    assert operator.get(url_of(owner, "profile", "promote")).status_code == 404
    assert operator.get(url_of(owner, "nowhere", "disable")).status_code == 404


def test_older_page_shows_the_timeline_alone(operator: Client, owner: User) -> None:
    furnish(owner)

    page = operator.get(url_of(owner), {"before": str(new_id())}).content.decode()

    assert "Became owner of Lighthouse" in page
    assert "section-profile" not in page


def test_staff_without_rights_sees_nobody_and_may_do_nothing(owner: User, clerk: User) -> None:
    browser = browser_of(clerk)

    answers = [
        browser.get(url_of(owner)),
        browser.get(url_of(owner, "profile", "disable")),
        browser.post(url_of(owner, "profile", "disable"), REASON),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    owner.refresh_from_db()
    assert owner.is_active


def test_staff_sees_the_sections_they_may_see_without_the_actions_they_may_not_take(
    owner: User, clerk: User
) -> None:
    session = furnish(owner)
    allow(clerk, "accounts.view_user", "accounts.view_session")
    browser = browser_of(clerk)

    page = browser.get(url_of(owner)).content.decode()
    refused = browser.post(f"{url_of(owner, 'sessions', 'end')}?target={session.public_id}", REASON)

    assert "section-sessions" in page
    assert "partner.example.com" not in page
    assert "/end/" not in page
    assert refused.status_code == 403
    session.refresh_from_db()
    assert session.ended_at is None


def test_action_is_asked_about_before_anything_happens(operator: Client, owner: User) -> None:
    page = operator.get(url_of(owner, "profile", "disable"))
    unreasoned = operator.post(url_of(owner, "profile", "disable"), {"reason": ""})

    assert "all their sessions end" in page.content.decode()
    assert unreasoned.status_code == 200
    assert "This field is required" in unreasoned.content.decode()
    owner.refresh_from_db()
    assert owner.is_active


def test_action_without_the_token_against_forgery_is_refused(staff: User, owner: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)

    answer = browser.post(url_of(owner, "profile", "disable"), REASON)

    assert answer.status_code == 403


def test_disabled_person_is_signed_out_and_enabled_again(
    operator: Client, owner: User, staff: User
) -> None:
    session = furnish(owner)

    page = operator.post(url_of(owner, "profile", "disable"), REASON, follow=True)

    owner.refresh_from_db()
    session.refresh_from_db()
    assert not owner.is_active
    assert session.end_reason == "ended_by_staff"
    assert "Disabled, and signed out everywhere." in page.content.decode()
    assert told_by(staff, owner) == [
        "accounts.session.ended",
        "accounts.user.disabled",
        "console.operator.acted",
    ]
    operator.post(url_of(owner, "profile", "enable"), REASON)
    owner.refresh_from_db()
    assert owner.is_active


def test_session_is_ended_and_the_reason_is_kept(
    operator: Client, owner: User, staff: User
) -> None:
    session = furnish(owner)

    operator.post(f"{url_of(owner, 'sessions', 'end')}?target={session.public_id}", REASON)

    session.refresh_from_db()
    (acted,) = [
        event for event in events_of(owner.public_id) if event.topic == "console.operator.acted"
    ]
    assert session.ended_at
    assert acted.actor == str(staff.public_id)
    assert acted.payload["reason"] == REASON["reason"]
    assert acted.payload["target_id"] == str(session.public_id)
    page = operator.get(url_of(owner)).content.decode()
    assert REASON["reason"] in page


def test_delivery_is_sent_again(operator: Client, owner: User, staff: User) -> None:
    endpoint = EndpointFactory.create(owner=owner)
    delivery = DeliveryFactory.create(endpoint=endpoint, state="failed", due_at=None)

    operator.post(f"{url_of(owner, 'webhooks', 'resend')}?target={delivery.public_id}", REASON)

    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert "webhooks.delivery.resent" in told_by(staff, owner)


@pytest.mark.parametrize(("section", "action"), [("sessions", "end"), ("webhooks", "resend")])
def test_row_of_somebody_else_is_refused(
    operator: Client, owner: User, stranger: User, section: str, action: str
) -> None:
    session = furnish(stranger)
    target = session.public_id if action == "end" else new_id()

    page = operator.post(f"{url_of(owner, section, action)}?target={target}", REASON, follow=True)

    assert "This person has no such" in page.content.decode()
    session.refresh_from_db()
    assert session.ended_at is None


def test_operators_do_not_disable_themselves_or_those_above_them(
    operator: Client, staff: User, clerk: User
) -> None:
    allow(clerk, "accounts.view_user", "accounts.change_user")

    themselves = operator.post(url_of(staff, "profile", "disable"), REASON, follow=True)
    above = browser_of(clerk).post(url_of(staff, "profile", "disable"), REASON, follow=True)

    assert "ask another operator" in themselves.content.decode()
    assert "may do everything may disable" in above.content.decode()
    staff.refresh_from_db()
    assert staff.is_active


def events_of(public_id: UUID) -> list[LoggedEvent]:
    return events_about(public_id, before=None, limit=50)


def told_by(operator: User, person: User) -> list[str]:
    """The topics of what an operator did about a person, in order of their names."""
    events = events_of(person.public_id)
    return sorted(event.topic for event in events if event.actor == str(operator.public_id))
