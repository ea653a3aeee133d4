"""Operators see where pictures come from, and how the image service does."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.media import breakers
from apps.media.models import RemoteSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_source_that_rests_is_marked_on_both_pages(operator: Client) -> None:
    source = RemoteSource.objects.create(host="images.test")
    for _ in range(breakers.FAILURES):
        breakers.breaker_of(source.origin).failed()
    breakers.tell_if_resting(source.origin)

    listed = operator.get(reverse("admin:media_remotesource_changelist")).content.decode()
    page = operator.get(reverse("admin:media_service")).content.decode()

    assert "https://images.test:443" in listed
    assert reverse("admin:media_service") in listed
    assert "Left alone: it failed time after time." in page
    assert 'id="chart-media"' in page


def test_page_is_for_operators(client: Client, stranger: User) -> None:
    stranger.is_staff = True
    stranger.save()
    client.force_login(stranger)

    assert client.get(reverse("admin:media_service")).status_code == 403
