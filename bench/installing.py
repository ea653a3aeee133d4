"""Fetches what the bench needs: Debian packages, npm packages, Python packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.peer import PeerUnavailable, surroundings
from devstack import paths
from devstack.system import CannotInstall, DebianPackage, installation, missing

INSTALL_SECONDS = 300
STAMP = "installed"

WRK = DebianPackage("wrk", "wrk")
NPM = DebianPackage("npm", "npm")


def ensure_debian(package: DebianPackage) -> None:
    """Install a Debian package if its program is missing; raises CannotInstall."""
    names = missing([package])
    if not names:
        return
    for command in installation(names):
        _run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def install_node_project(source: Path, target: Path) -> None:
    """Put a Node project with its packages into a folder; raises PeerUnavailable.

    Without a lock file, which would hold the address of the registry it was made with: the
    versions stand in package.json, exactly.
    """
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        shutil.copy(file, target)
    wanted = (source / "package.json").read_text(encoding="utf-8")
    install = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    try:
        ensure_debian(NPM)
        _once(wanted, target, [[*install, "--prefix", str(target)]])
    except CannotInstall as reason:
        raise PeerUnavailable(str(reason)) from reason


def install_python_package(requirement: str, target: Path) -> None:
    """Make a virtual environment with one package in it; raises PeerUnavailable."""
    uv = str(paths.VENV / "bin" / "uv")
    python = str(target / "bin" / "python")
    make = [uv, "venv", "--quiet", "--clear", "--python", str(paths.PYTHON), str(target)]
    install = [uv, "pip", "install", "--quiet", "--python", python, requirement]
    try:
        _once(requirement, target, [make, install])
    except CannotInstall as reason:
        raise PeerUnavailable(str(reason)) from reason


def run(command: Sequence[str]) -> None:
    """Run a command of a peer to its end; raises PeerUnavailable."""
    try:
        _run(command, env=surroundings({}))
    except CannotInstall as reason:
        raise PeerUnavailable(str(reason)) from reason


def _once(wanted: str, target: Path, commands: Sequence[Sequence[str]]) -> None:

    stamp = target / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    for command in commands:
        _run(command, env=surroundings({"VIRTUAL_ENV": ""}))
    stamp.write_text(wanted, encoding="utf-8")


def _run(command: Sequence[str], *, env: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            check=False,
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstall(f"{command[0]} could not be run: {error}") from error
    if done.returncode != 0:
        raise CannotInstall(f"{' '.join(command[:2])} failed: {done.stdout.strip()[-300:]}")
