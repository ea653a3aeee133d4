"""The operator purges with a reason, sees what became of it, and an outage."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.accounts.models import User
from apps.cdn.models import Purge
from apps.cdn.services import purge_tags, send_due
from apps.events.models import LogEntry
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db(transaction=True)

ASK, LIST = "admin:cdn_purge_ask", "admin:cdn_purge_changelist"


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_purge_is_asked_for_with_a_reason_and_listed(
    operator: Client, staff: User, cloudflare: FakeCloudflare
) -> None:
    answer = operator.post(
        reverse(ASK),
        {"target": "tags", "subjects": "file-1\n\n file-2 ", "reason": "It is of somebody else."},
        follow=True,
    )

    assert "The CDN will be told" in answer.content.decode()
    assert "file-1, file-2" in answer.content.decode()
    row = Purge.objects.get()
    event = LogEntry.objects.get(topic="cdn.purge.requested", payload__purge_id=str(row.public_id))
    assert str(staff.public_id) in event.actor
    assert event.payload["reason"] == row.reason == "It is of somebody else."


@pytest.mark.parametrize(
    ("target", "subjects", "told"),
    [
        ("tags", "", "Name at least one"),
        ("everything", "/a", "needs no subjects"),
        ("urls", "https://evil.example/", "neither below"),
        ("tags", "a b", "is no tag"),
        ("tags", "\n".join(f"t{each}" for each in range(101)), "100 at most"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_purged(
    operator: Client, cloudflare: FakeCloudflare, target: str, subjects: str, told: str
) -> None:
    answer = operator.post(
        reverse(ASK), {"target": target, "subjects": subjects, "reason": "A test."}
    )

    assert told in answer.content.decode()
    assert not Purge.objects.exists()


def test_outage_is_shown(operator: Client, cloudflare: FakeCloudflare, hands: Hands) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    cloudflare.is_down = True
    send_due()

    page = operator.get(reverse(ASK)).content.decode()

    assert "The CDN has taken nothing since" in page
    assert 'id="chart-cdn"' in page


def test_without_a_cdn_the_page_says_so(operator: Client, settings: Settings) -> None:
    settings.CDN_PROVIDER = ""

    assert "No CDN is set" in operator.get(reverse(ASK)).content.decode()


def test_who_may_only_look_is_shown_no_way_to_purge(client: Client, stranger: User) -> None:
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="view_purge"))
    client.force_login(stranger)

    assert reverse(ASK) not in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse(ASK)).status_code == 403
    assert client.post(reverse(ASK), {}).status_code == 403
