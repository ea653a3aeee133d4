"""What operators write is known to every process."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.media import selectors
from apps.media.models import RemoteSource
from apps.media.types import Origin

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = Origin("https", "images.test", 443)
FORM = {"scheme": "https", "host": "images.test", "port": "443", "is_open": "on", "note": ""}


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_source_is_taken_once_it_is_saved_and_not_once_it_is_deleted(operator: Client) -> None:
    assert not selectors.listed_origins()

    operator.post(reverse("admin:media_remotesource_add"), FORM)
    assert selectors.listed_origins() == {ORIGIN}

    row = RemoteSource.objects.get()
    operator.post(reverse("admin:media_remotesource_delete", args=[row.pk]), {"post": "yes"})
    assert not selectors.listed_origins()


def test_chosen_sources_are_deleted_together(operator: Client) -> None:
    operator.post(reverse("admin:media_remotesource_add"), FORM)
    row = RemoteSource.objects.get()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}

    operator.post(reverse("admin:media_remotesource_changelist"), {**chosen, "confirmed": "1"})

    assert not RemoteSource.objects.exists()
    assert not selectors.listed_origins()
