"""Who has an answer already is told so in a few bytes, and nobody else may keep it."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.buildings.services import create_building
from tests.people import client_of


@pytest.mark.django_db
def test_unchanged_answer_is_not_sent_again(owner: User) -> None:
    path = f"/api/v1/buildings/{create_building(owner_id=owner.pk, name='Harbour House')}/"
    first = client_of(owner).get(path)

    second = client_of(owner).get(path, headers={"If-None-Match": first["ETag"]})

    assert not first["ETag"].startswith("W/")
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]


@pytest.mark.django_db
def test_answer_is_for_its_client_alone(owner: User) -> None:
    assert client_of(owner).get("/api/v1/accounts/me/")["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
def test_refusal_is_kept_by_nobody() -> None:
    refused = Client().get("/api/v1/accounts/me/")

    assert refused["Cache-Control"] == "no-store"
    assert "ETag" not in refused


@pytest.mark.django_db
def test_answer_to_a_write_is_kept_by_nobody(owner: User) -> None:
    written = client_of(owner).post("/api/v1/buildings/", {"name": "Harbour House"})

    assert (written.status_code, written["Cache-Control"]) == (201, "no-store")
    assert "ETag" not in written
