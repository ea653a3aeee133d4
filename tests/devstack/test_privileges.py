"""Root finds somebody else to run PostgreSQL as, or hears what to do."""

import os
from pathlib import Path

import pytest

from devstack import privileges
from devstack.privileges import Account, NoUnprivilegedAccount, unprivileged_account


def test_ordinary_user_stays_who_he_is(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert unprivileged_account(Path("/bin/true"), dev) == Account()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_folder_is_given_to_the_account_with_all_it_holds(dev: Path) -> None:
    (dev / "inside").mkdir()

    account = unprivileged_account(Path("/bin/true"), dev)

    assert (dev / "inside").stat().st_uid == account.uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_any_other_account_hears_of_database_url(
    dev: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "_nobody", lambda: None)
    monkeypatch.setattr(privileges, "_root_in_disguise", lambda: Account(prefix=("false",)))

    with pytest.raises(NoUnprivilegedAccount, match="DATABASE_URL"):
        unprivileged_account(Path("/bin/true"), dev)
