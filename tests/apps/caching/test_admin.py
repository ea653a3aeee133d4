"""The operator sees the layers, and clears with a reason that is kept."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.caching.models import Invalidation
from apps.caching.services import clean, forget, remember
from apps.events.models import LogEntry
from tests.apps.caching.samples import STRICT, Maker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def onlooker(client: Client, stranger: User) -> Client:
    """Who may look at the cache, and no more."""
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="view_invalidation"))
    client.force_login(stranger)
    return client


CLEAR = "admin:caching_clear"


def test_layers_are_shown_with_plots_and_namespaces(operator: Client) -> None:
    remember(STRICT, "key", Maker(b"x" * 5000))
    clean()

    answer = operator.get(reverse("admin:caching_layers"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="chart-caching"' in page
    assert 'id="chart-caching-layers"' in page
    assert STRICT.title in page
    assert "1 entry" in page
    assert "Fresh for 10 minutes" in page


def test_what_was_forgotten_is_listed_and_leads_to_the_layers(operator: Client) -> None:
    forget(STRICT, "a key of ours")

    page = operator.get(reverse("admin:caching_invalidation_changelist")).content.decode()

    assert "a key of ours" in page
    assert reverse("admin:caching_layers") in page


def test_clearing_is_asked_about_first(operator: Client) -> None:
    remember(STRICT, "key", Maker("old"))

    answer = operator.get(reverse(CLEAR, args=[STRICT.name]))

    assert "Why?" in answer.content.decode()
    assert remember(STRICT, "key", Maker("new")).value == "old"


def test_clearing_needs_a_reason(operator: Client) -> None:
    answer = operator.post(reverse(CLEAR, args=[STRICT.name]), {"reason": ""})

    assert "required" in answer.content.decode()
    assert not Invalidation.objects.exists()


def test_clearing_is_announced_under_the_operators_name(operator: Client, staff: User) -> None:
    remember(STRICT, "key", Maker("old"))

    answer = operator.post(reverse(CLEAR, args=[STRICT.name]), {"reason": "wrong colours"})

    assert answer.headers["Location"] == reverse("admin:caching_layers")
    assert remember(STRICT, "key", Maker("new")).value == "new"
    told = LogEntry.objects.filter(topic="caching.cache.cleared").latest("position")
    assert told.actor == str(staff.public_id)
    assert told.payload["reason"] == "wrong colours"


def test_unknown_namespace_is_not_found(operator: Client) -> None:
    assert operator.get(reverse(CLEAR, args=["sample.unknown"])).status_code == 404


def test_who_may_only_look_cannot_clear(onlooker: Client) -> None:
    clear = reverse(CLEAR, args=[STRICT.name])

    page = onlooker.get(reverse("admin:caching_layers"))

    assert page.status_code == 200
    assert clear not in page.content.decode()
    assert onlooker.post(clear, {"reason": "because"}).status_code == 403


def test_who_may_not_look_sees_nothing(client: Client, stranger: User) -> None:
    stranger.is_staff = True
    stranger.save()
    client.force_login(stranger)

    assert client.get(reverse("admin:caching_layers")).status_code == 403
