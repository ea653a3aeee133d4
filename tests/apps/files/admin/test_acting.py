"""Rows are listed, shown, and found by ids; who may look may do nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.files.admin.acting import size_of
from apps.files.models import Blob, File, Rendition, Sweep, Upload, Usage
from apps.files.types import RenditionState
from tests.apps.files.admin.operator import act

pytestmark = pytest.mark.django_db

PAGES = ("file", "blob", "rendition", "upload", "usage", "sweep")


@pytest.mark.parametrize("page", PAGES)
def test_rows_are_listed_and_shown(page: str, operator: Client, everything: dict[str, Any]) -> None:
    row = everything[page]

    listed = operator.get(reverse(f"admin:files_{page}_changelist"))
    shown = operator.get(reverse(f"admin:files_{page}_change", args=[row.pk]))

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert b"<b>Sommer" not in listed.content + shown.content


@pytest.mark.parametrize("page", [page for page in PAGES if page != "sweep"])
def test_a_row_is_found_by_its_id_and_by_no_part_of_a_word(
    page: str, operator: Client, everything: dict[str, Any]
) -> None:
    row = everything[page]
    changelist = reverse(f"admin:files_{page}_changelist")
    link = reverse(f"admin:files_{page}_change", args=[row.pk])

    assert link in operator.get(changelist, {"q": str(row.public_id)}).content.decode()
    assert link not in operator.get(changelist, {"q": "omme"}).content.decode()


def test_who_may_look_may_do_nothing(watcher: Client, everything: dict[str, Any]) -> None:
    for page, action in (
        ("file", "delete_files"),
        ("file", "remake"),
        ("blob", "remake"),
        ("upload", "discard"),
    ):
        act(watcher, page, action, everything[page])
    watcher.post(
        reverse("admin:files_usage_change", args=[everything["usage"].pk]), {"tier": "premium"}
    )
    watcher.get(reverse("admin:files_sweep_sweep_now"))

    assert watcher.get(reverse("admin:files_file_changelist")).status_code == 200
    assert File.objects.count() == Blob.objects.count() == Upload.objects.count() == 1
    assert Rendition.objects.get().state == RenditionState.READY
    assert Usage.objects.get().tier == ""
    assert Sweep.objects.count() == 1


def test_a_size_is_told_as_people_read_it() -> None:
    assert size_of(2_402_118) == "2.3\xa0MB"
    assert size_of(None) == ""
