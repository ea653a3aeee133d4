"""Operators see what people brought and how it goes, and act by services alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.files.models import Blob, File, Rendition, Sweep, Upload, Usage
from apps.files.services.sweeping import sweep
from apps.files.types import FileState, RenditionState
from apps.kernel.clock import now
from tests.apps.files.conftest import told_of
from tests.factories.accounts import UserFactory
from tests.factories.files import (
    BlobFactory,
    FileFactory,
    PendingFileFactory,
    RenditionFactory,
    UploadFactory,
    UsageFactory,
)

pytestmark = pytest.mark.django_db

PAGES = ("file", "blob", "rendition", "upload", "usage", "sweep")


@pytest.fixture
def operator(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def watcher() -> Client:
    """Who may look, and do nothing."""
    user = UserFactory.create(is_staff=True)
    may_look = Permission.objects.filter(
        content_type__app_label="files", codename__startswith="view_"
    )
    user.user_permissions.set(may_look)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def everything() -> dict[str, Any]:
    """A row of each page."""
    sweep()
    photo = BlobFactory.create(content_type="image/jpeg", width=4000, height=3000)
    return {
        "file": FileFactory.create(blob=photo, name="<b>Sommer</b>.jpg"),
        "blob": photo,
        "rendition": RenditionFactory.create(blob=photo),
        "upload": UploadFactory.create(offset_bytes=250),
        "usage": UsageFactory.create(used_bytes=512 * 1024**2),
        "sweep": Sweep.objects.get(),
    }


def act(client: Client, page: str, action: str, row: Any) -> str:
    answer = client.post(
        reverse(f"admin:files_{page}_changelist"),
        {"action": action, "_selected_action": [row.pk], "confirmed": "yes"},
        follow=True,
    )
    return answer.content.decode()


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


def test_a_blob_is_found_by_its_hash_and_a_file_by_its_owner(
    operator: Client, everything: dict[str, Any]
) -> None:
    file, blob = everything["file"], everything["blob"]

    for page, term, row in (("blob", blob.sha256, blob), ("file", file.owner.email, file)):
        found = operator.get(reverse(f"admin:files_{page}_changelist"), {"q": term})
        assert reverse(f"admin:files_{page}_change", args=[row.pk]) in found.content.decode()


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


def test_an_upload_is_discarded_and_a_complete_one_is_not(operator: Client) -> None:
    under_way = UploadFactory.create()
    complete = UploadFactory.create(state="complete")

    act(operator, "upload", "discard", under_way)
    act(operator, "upload", "discard", complete)

    assert list(Upload.objects.all()) == [complete]


def test_an_operator_moves_somebody_to_another_tier(
    operator: Client, everything: dict[str, Any]
) -> None:
    usage = everything["usage"]
    page = reverse("admin:files_usage_change", args=[usage.pk])

    operator.post(page, {"tier": "premium", "used_bytes": "0"})
    operator.post(page, {"tier": "unheard of"})

    usage.refresh_from_db()
    assert (usage.tier, usage.used_bytes) == ("premium", 512 * 1024**2)


def test_an_operator_sweeps(operator: Client) -> None:
    UploadFactory.create(expires_at=now() - timedelta(hours=1))

    answer = operator.get(reverse("admin:files_sweep_sweep_now"), follow=True)

    assert b"Swept in" in answer.content
    assert Sweep.objects.get().report["expired_uploads"] == 1


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
