"""Operators see what a preset makes while they write it."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import User
from apps.media.models import Preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_form_shows_the_sample_by_the_preset(operator: Client) -> None:
    preset = Preset.objects.create(name="card", width=320)

    page = operator.get(reverse("admin:media_preset_change", args=[preset.pk])).content.decode()

    assert 'id="preset-preview"' in page
    assert "width=320" in page
    assert operator.get(reverse("admin:media_preset_add")).status_code == 200


def test_preview_follows_what_is_written(operator: Client) -> None:
    url = reverse("admin:media_preset_preview")

    found = operator.get(url, {"width": "90", "height": "40", "fit": "cover", "format": "png"})

    assert Image.open(BytesIO(found.content)).size == (90, 40)


def test_preview_of_what_cannot_be_made_says_so(operator: Client) -> None:
    found = operator.get(reverse("admin:media_preset_preview"), {"width": "much"})

    assert found.status_code == 400


def test_preview_is_for_operators(client: Client, stranger: User) -> None:
    stranger.is_staff = True
    stranger.save()
    client.force_login(stranger)

    assert client.get(reverse("admin:media_preset_preview")).status_code == 403
