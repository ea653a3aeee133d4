"""Root finds somebody else to run PostgreSQL as, or hears what to do."""

import os
import pwd
from pathlib import Path

import pytest

from devstack import privileges
from devstack.privileges import Account, NoUnprivilegedAccount, unprivileged_account


def test_ordinary_user_stays_the_same(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: pwd.getpwnam("nobody").pw_uid)

    assert unprivileged_account(Path("/bin/true"), dev) == Account()


def test_user_without_a_name_needs_a_disguise(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 123456)
    monkeypatch.setattr(privileges, "_in_disguise", lambda: Account(prefix=("env",)))

    assert unprivileged_account(Path("/bin/true"), dev) == Account(prefix=("env",))


@pytest.mark.skipif(
    os.geteuid() != 0, reason="run as no root: nothing is given away, so there is nothing to see"
)
def test_folder_is_given_to_the_account_with_all_it_holds(dev: Path) -> None:
    (dev / "inside").mkdir()

    account = unprivileged_account(Path("/bin/true"), dev)

    assert (dev / "inside").stat().st_uid == account.uid != 0


@pytest.mark.skipif(
    os.geteuid() != 0, reason="run as no root: nothing is given away, so there is nothing to see"
)
def test_root_without_any_other_account_hears_of_database_url(
    dev: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "_nobody", lambda: None)
    monkeypatch.setattr(privileges, "_in_disguise", lambda: Account(prefix=("false",)))

    with pytest.raises(NoUnprivilegedAccount, match="DATABASE_URL"):
        unprivileged_account(Path("/bin/true"), dev)
