"""The environment is made once, and again when it was half made."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from devstack import bootstrap
from devstack.bootstrap import BootstrapFailed, Environment


class Installer:
    """Stands for venv, pip and uv: notes what was asked and leaves what they leave."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.steps: list[str] = []
        self.fails_at = ""

    def __call__(self, command: Sequence[str], _title: str) -> None:
        step = "venv" if "venv" in command else "uv" if "install" in command else "sync"
        self.steps.append(step)
        if step == self.fails_at:
            raise BootstrapFailed(step)
        programs = self.venv / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        (programs / ("uv" if step == "uv" else "python")).touch()
        self.last_command = command


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    made = Installer(tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "_run", made)
    return made


@pytest.fixture
def environment(tmp_path: Path, installer: Installer) -> Environment:
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("bootstrap", "runtime", "dev"):
        (requirements / f"{name}.txt").write_text(f"{name}==1")
    return Environment(installer.venv, requirements)


def test_first_start_makes_everything(environment: Environment, installer: Installer) -> None:
    environment.ensure("runtime")

    assert installer.steps == ["venv", "uv", "sync"]


def test_second_start_does_nothing(environment: Environment, installer: Installer) -> None:
    environment.ensure("runtime")
    installer.steps.clear()

    environment.ensure("runtime")

    assert installer.steps == []


def test_changed_requirements_are_synchronised(
    environment: Environment, installer: Installer
) -> None:
    environment.ensure("runtime")
    (environment.requirements / "runtime.txt").write_text("runtime==2")
    installer.steps.clear()

    environment.ensure("runtime")

    assert installer.steps == ["sync"]


def test_runtime_start_keeps_the_tools_of_development(
    environment: Environment, installer: Installer
) -> None:
    environment.ensure("dev")
    installer.steps.clear()

    environment.ensure("runtime")

    assert installer.steps == []


def test_tests_add_their_tools_to_a_runtime_environment(
    environment: Environment, installer: Installer
) -> None:
    environment.ensure("runtime")
    installer.steps.clear()

    environment.ensure("dev")

    assert installer.steps == ["sync"]
    assert str(environment.requirements / "dev.txt") in installer.last_command


@pytest.mark.parametrize("interrupted_at", ["venv", "uv", "sync"])
def test_interrupted_installation_begins_anew(
    environment: Environment, installer: Installer, interrupted_at: str
) -> None:
    installer.fails_at = interrupted_at
    with pytest.raises(BootstrapFailed):
        environment.ensure("runtime")
    installer.fails_at = ""
    installer.steps.clear()

    environment.ensure("runtime")

    assert installer.steps == ["venv", "uv", "sync"]


def test_moved_clone_begins_anew(environment: Environment, installer: Installer) -> None:
    environment.ensure("runtime")
    stamp = environment.stamp.read_text()
    environment.stamp.write_text(stamp.replace(str(environment.venv), "/elsewhere/.venv"))
    installer.steps.clear()

    environment.ensure("runtime")

    assert installer.steps == ["venv", "uv", "sync"]


def test_failed_command_shows_what_it_said() -> None:
    with pytest.raises(BootstrapFailed, match=r"Trying failed:\nno luck\n[\s\S]*sh -c"):
        bootstrap._run(["sh", "-c", "echo no luck; exit 1"], "Trying")
