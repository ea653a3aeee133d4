"""`make test-system`: installs what the system tests need and runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devstack import paths
from devstack.terminal import complain, say, step

NPM_FOLDER = paths.ROOT / "tests" / "system"


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A package and the program that shows it is there, whoever installed it."""

    name: str
    program: str

    def path(self) -> str | None:
        """Return where its program is, also where only root looks for programs; None for none."""
        return shutil.which(self.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


# The admin is looked at as an operator sees it.
CHROMIUM = DebianPackage("chromium", "chromium")
# It stands in front in production, and the configuration of deploy/nginx is held to its word.
NGINX = DebianPackage("nginx", "nginx")
# Public content is cached and purged as docs/how-to/put-a-cdn-in-front.md says.
VARNISH = DebianPackage("varnish", "varnishd")
# Each with the reason the tests need it.
DEBIAN_PACKAGES: tuple[DebianPackage, ...] = (
    # The three commands printed by `make run` are run as they are printed.
    DebianPackage("curl", "curl"),
    CHROMIUM,
    NGINX,
    VARNISH,
    # Files are scanned by it; the daemon itself is not on everybody's path.
    DebianPackage("clamav-daemon", "clamconf"),
    # Compiles the SQLite of WatermelonDB's adapter where no ready build can be fetched.
    DebianPackage("g++", "g++"),
)
NODE = DebianPackage("npm", "npm")


class CannotInstall(Exception):
    """Something is missing and we may not or cannot install it; the message says what to do."""


def missing(packages: Sequence[DebianPackage]) -> list[str]:
    """Return the names of the packages whose program is not on the path."""
    return [package.name for package in packages if package.path() is None]


def installation(names: Sequence[str]) -> list[list[str]]:
    """Return the commands that install Debian packages; raises CannotInstall."""
    by_hand = f"Install them yourself: apt-get install {' '.join(names)}"
    if shutil.which("apt-get") is None:
        raise CannotInstall(f"Missing: {', '.join(names)}; this is no Debian. {by_hand}")
    if os.geteuid() == 0:
        become_root: list[str] = []
    elif _may_use_sudo():
        become_root = ["sudo", "-n"]
    else:
        raise CannotInstall(
            f"Missing: {', '.join(names)}; neither root nor sudo without a password. {by_hand}"
        )
    get = [*become_root, "apt-get", "-qq"]
    return [[*get, "update"], [*get, "install", "--yes", "--no-install-recommends", *names]]


def _may_use_sudo() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def install(packages: Sequence[DebianPackage]) -> None:
    """Install the packages whose program is missing; raises CannotInstall."""
    names = missing(packages)
    if not names:
        return
    with step(f"Installing {', '.join(names)}"):
        for command in installation(names):
            _run(command)


def _install_npm_packages() -> None:
    if not (NPM_FOLDER / "package.json").exists():
        return
    with step("Installing the npm packages of the system tests"):
        _run(
            ["npm", "ci", "--prefix", str(NPM_FOLDER), "--no-audit", "--no-fund", "--silent"],
            **_how_to_compile(shutil.which("node")),
        )


def _how_to_compile(node: str | None) -> dict[str, str]:
    """Return variables for packages of which no ready build can be fetched (better-sqlite3).

    Their users are tests of a few rows: they wait for the compiler, not for what it makes. The
    headers of Node lie beside it, where they need no fetching.
    """
    variables = {"CFLAGS": "-O0", "CXXFLAGS": "-O0"}
    prefix = Path(node).resolve().parent.parent if node else Path()
    if node and (prefix / "include" / "node" / "node_version.h").exists():
        variables["npm_config_nodedir"] = str(prefix)
    return variables


def _run(command: Sequence[str], **variables: str) -> None:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **variables},
    )
    if done.returncode != 0:
        raise CannotInstall(f"{' '.join(command)} failed:\n{done.stdout}")


def main() -> int:
    """Run the tests marked `system`; their exit status is ours."""
    try:
        has_npm_tests = (NPM_FOLDER / "package.json").exists()
        install([*DEBIAN_PACKAGES, *([NODE] if has_npm_tests else [])])
        _install_npm_packages()
    except CannotInstall as reason:
        complain(str(reason))
        return 1
    say("Running the tests of the whole system ...")
    # Each file with its stack by itself, two at a time: they wait more than they work.
    pytest = [str(paths.PYTHON), "-m", "pytest", "-p", "tests.plugins.longest_first"]
    chosen = ["-m", "system", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return subprocess.run([*pytest, *chosen, *sys.argv[1:]], cwd=paths.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
