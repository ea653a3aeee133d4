"""Operators delete files, have them checked again, and their thumbnails made anew."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.files.models import File, Rendition
from apps.files.types import FileState, RenditionState
from tests.apps.files.admin.operator import act
from tests.apps.files.conftest import told_of
from tests.factories.files import FileFactory, PendingFileFactory

pytestmark = pytest.mark.django_db


def test_a_file_is_deleted_for_everybody(operator: Client) -> None:
    file = FileFactory.create()

    assert "1 deleted" in act(operator, "file", "delete_files", file)

    assert not File.objects.exists()
    assert [event.payload["cause"] for event in told_of(file.public_id)] == ["operator"]


def test_only_what_could_not_be_checked_is_checked_again(operator: Client) -> None:
    failed, clean = PendingFileFactory.create(state=FileState.ERROR), FileFactory.create()

    assert "1 are looked through anew" in act(operator, "file", "check_again", failed)
    assert "The file is clean" in act(operator, "file", "check_again", clean)

    failed.refresh_from_db()
    assert failed.state == FileState.PENDING


@pytest.mark.parametrize("page", ["file", "blob"])
def test_thumbnails_are_made_anew(page: str, operator: Client, everything: dict[str, Any]) -> None:
    assert "1 have their renditions made anew" in act(operator, page, "remake", everything[page])

    states = Rendition.objects.filter(blob=everything["blob"]).values_list("state", flat=True)
    assert set(states) == {RenditionState.PENDING}


def test_a_file_is_found_by_its_owner(operator: Client, everything: dict[str, Any]) -> None:
    file = everything["file"]

    found = operator.get(reverse("admin:files_file_changelist"), {"q": file.owner.email})

    assert reverse("admin:files_file_change", args=[file.pk]) in found.content.decode()


def test_what_was_not_looked_through_has_no_thumbnails(operator: Client) -> None:
    assert "not looked through yet" in act(operator, "file", "remake", PendingFileFactory.create())
