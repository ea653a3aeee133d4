"""``manage.py files`` lets files be looked through again, and sweeps after them."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.files.models import Blob, File
from apps.files.types import FileState
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from tests.factories.files import BlobFactory, FileFactory, PendingFileFactory, UploadFactory

pytestmark = pytest.mark.django_db


def test_everything_clean_is_scanned_again(capsys: pytest.CaptureFixture[str]) -> None:
    FileFactory.create_batch(2)
    BlobFactory.create(state=FileState.INFECTED)

    call_command("files", "rescan")

    assert "2 contents" in capsys.readouterr().out
    assert Blob.objects.filter(signatures="").count() == 2


def test_file_that_was_given_up_is_looked_through_again(owner: User) -> None:
    file = PendingFileFactory.create(state=FileState.ERROR, due_at=None, failures=5)

    call_command("files", "check-again", str(file.public_id))

    assert File.objects.get().state == FileState.PENDING


def test_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command("files", "check-again", str(new_id()))


def test_a_sweep_is_told_line_by_line_and_again_later(
    owner: User, capsys: pytest.CaptureFixture[str]
) -> None:
    UploadFactory.create(owner=owner, expires_at=now() - timedelta(hours=1))

    call_command("files", "sweep", "--dry-run")
    assert "1 expired uploads would be removed" in capsys.readouterr().out
    call_command("files", "sweep")
    assert "1 expired uploads removed" in capsys.readouterr().out
    call_command("files", "report")
    assert "1 expired uploads removed" in capsys.readouterr().out


def test_before_the_first_sweep_there_is_nothing_to_report() -> None:
    with pytest.raises(CommandError, match="No sweep"):
        call_command("files", "report")
