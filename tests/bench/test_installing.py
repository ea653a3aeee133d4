"""What a peer needs is fetched once, and what cannot be fetched is said."""

from pathlib import Path

import pytest

from bench import installing
from bench.peer import PeerUnavailable


def test_command_that_fails_makes_its_peer_unavailable() -> None:
    with pytest.raises(PeerUnavailable, match="nowhere to be found"):
        installing.run(["sh", "-c", "echo nowhere to be found; exit 3"])


def test_program_that_is_missing_makes_its_peer_unavailable() -> None:
    with pytest.raises(PeerUnavailable, match="no-such-program"):
        installing.run(["no-such-program"])


def test_what_is_installed_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "source", tmp_path / "there"
    source.mkdir()
    ran: list[object] = []
    (source / "package.json").write_text("{}")
    monkeypatch.setattr(installing, "ensure_debian", lambda _package: None)
    monkeypatch.setattr(installing, "_run", lambda command, env: ran.append(command[:2]))

    for _ in range(2):
        installing.install_node_project(source, target)

    assert ran == [["npm", "install"]]


def test_another_version_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source", tmp_path / "there"
    source.mkdir()
    ran: list[object] = []
    monkeypatch.setattr(installing, "ensure_debian", lambda _package: None)
    monkeypatch.setattr(installing, "_run", lambda command, env: ran.append(command[0]))

    for version in ("1", "2"):
        (source / "package.json").write_text(version)
        installing.install_node_project(source, target)

    assert ran == ["npm", "npm"]
