"""The stack's processes get every variable they need, and secrets that stay the same."""

from pathlib import Path

import environ
import pytest

from config.env import read_environment
from devstack import surroundings

ADDRESSES = ("postgresql://u:p@127.0.0.1:1/d", "redis://127.0.0.1:1/0", "http://127.0.0.1:8000")


def test_variables_are_accepted_by_the_reader_of_the_environment(tmp_path: Path) -> None:
    environment = read_environment(surroundings.variables(tmp_path, *ADDRESSES))

    assert environment.environment == "development"
    assert "127.0.0.0/8" in environment.outbound_allowed_networks


def test_secrets_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    assert surroundings.variables(tmp_path, *ADDRESSES) == surroundings.variables(
        tmp_path, *ADDRESSES
    )


def test_environment_file_reads_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", read)
    values = surroundings.variables(tmp_path, *ADDRESSES)
    (tmp_path / "environment").write_text(surroundings.as_file(values))

    environ.Env.read_env(tmp_path / "environment")

    assert read == values


def test_commands_without_servers_are_never_given_one() -> None:
    assert surroundings.without_servers()["DATABASE_URL"].endswith("/nowhere")
