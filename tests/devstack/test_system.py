"""System packages are installed only when they are missing and we may."""

from pathlib import Path

import pytest

from devstack import system
from devstack.system import CannotInstall, DebianPackage, installation, missing


def test_headers_are_taken_from_beside_node(tmp_path: Path) -> None:
    headers = tmp_path / "include" / "node" / "node_version.h"
    headers.parent.mkdir(parents=True)
    headers.touch()
    node = tmp_path / "bin" / "node"

    assert system._how_to_compile(str(node))["npm_config_nodedir"] == str(tmp_path)
    headers.unlink()
    assert "npm_config_nodedir" not in system._how_to_compile(str(node))


def test_only_packages_whose_program_is_absent_are_missing() -> None:
    wanted = [DebianPackage("dash", "sh"), DebianPackage("ghost", "no-such-program")]

    assert missing(wanted) == ["ghost"]


def _this_machine(monkeypatch: pytest.MonkeyPatch, *, programs: set[str], uid: int) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name in programs else None)
    monkeypatch.setattr("os.geteuid", lambda: uid)


def test_root_installs_with_apt_get(monkeypatch: pytest.MonkeyPatch) -> None:
    _this_machine(monkeypatch, programs={"apt-get"}, uid=0)

    update, install = installation(["ghost"])

    assert update == ["apt-get", "-qq", "update"]
    assert install[:3] == ["apt-get", "-qq", "install"]
    assert install[-1] == "ghost"


def test_user_with_sudo_becomes_root_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _this_machine(monkeypatch, programs={"apt-get"}, uid=1000)
    monkeypatch.setattr(system, "_may_use_sudo", lambda: True)

    assert all(command[:3] == ["sudo", "-n", "apt-get"] for command in installation(["ghost"]))


@pytest.mark.parametrize("programs", [{"apt-get"}, set()])
def test_others_are_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, programs: set[str]
) -> None:
    _this_machine(monkeypatch, programs=programs, uid=1000)

    with pytest.raises(CannotInstall, match=r"Missing: ghost[\s\S]*apt-get install ghost"):
        installation(["ghost"])
