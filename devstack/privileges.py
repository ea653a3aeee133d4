"""Finds an account under which PostgreSQL agrees to run: it refuses root and the nameless."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"

# Proves three things at once: the folder can be entered, written, and the program be run.
PROBE = 'cd "$1" && touch .probe && rm .probe && exec "$2" --version'


class NoUnprivilegedAccount(Exception):
    """We are root, or have no user name, and found no way to run a program as somebody else."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a command is run as somebody: words before it, or ids to change to."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a short command under this account and return what it said."""
        return subprocess.run(
            [*self.prefix, *command],
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.gid is None else [],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )

    def own(self, folder: Path) -> None:
        """Give a folder and all it holds to this account, where it belongs to another."""
        uid = os.geteuid() if self.uid is None else self.uid
        gid = os.getegid() if self.gid is None else self.gid
        if os.geteuid() != 0 or folder.stat().st_uid == uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)


def unprivileged_account(program: Path, folder: Path) -> Account:
    """Return an account that may run `program` and write `folder`, and give it the folder.

    Raises NoUnprivilegedAccount when we must be somebody else and nothing works.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Account()
    reasons = []
    for account in (_nobody(), _in_disguise()):
        if account is None:
            continue
        account.own(folder)
        probe = account.run(["sh", "-c", PROBE, "sh", str(folder), str(program)])
        if probe.returncode == 0:
            return account
        reasons.append(probe.stderr.strip())
    raise NoUnprivilegedAccount(
        "PostgreSQL runs neither as root nor as a user without a name, and no other account\n"
        f"could run {program}\nin {folder}: {'; '.join(reasons)}.\n"
        "Work as an ordinary user, or move the clone to a folder that everybody may enter,\n"
        "or set DATABASE_URL to a PostgreSQL server of yours."
    )


def _has_name(uid: int) -> bool:
    """Tell whether a user is known by name; `docker run --user 1234` makes one who is not."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _in_disguise() -> Account | None:
    """Stay who we are for the file system but look like nobody to PostgreSQL: a user namespace.

    This is for root in a clone below a folder that only root may enter.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    return Account(prefix=(unshare, "--user", "--map-user=65534", "--map-group=65534", "--"))
