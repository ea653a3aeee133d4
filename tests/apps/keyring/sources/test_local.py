"""Master keys from the environment and from a file."""

from pathlib import Path

import pytest
from pytest_django import Settings

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.masters import opened, sealed
from tests.apps.keyring.master_keys import master_key


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """A file with one master key, which the settings name."""
    path = tmp_path / "master-keys"
    path.write_text(master_key() + "\n")
    settings.KEYRING_MASTER_KEY_SOURCE = "file"
    settings.KEYRING_MASTER_KEY_FILE = str(path)
    return path


def test_keys_of_the_settings_seal_and_open(settings: Settings) -> None:
    settings.KEYRING_MASTER_KEYS = (master_key(),)
    made = sealed(b"secret")

    settings.KEYRING_MASTER_KEYS = (master_key(), *settings.KEYRING_MASTER_KEYS)

    assert opened(made) == b"secret"


def test_file_is_read_again_when_it_has_changed(file: Path) -> None:
    made = sealed(b"secret")
    former, new = file.read_text().strip(), master_key()

    file.write_text(new)
    with pytest.raises(MasterKeyMissing):
        opened(made)

    file.write_text(f"{new}\n{former}\n")
    assert opened(made) == b"secret"


@pytest.mark.parametrize("content", ["", "\n", "short", "ä"])
def test_file_without_keys_says_what_it_lacks(file: Path, content: str) -> None:
    file.write_text(content)

    with pytest.raises(MasterKeyMissing):
        sealed(b"secret")


def test_missing_file_is_named(file: Path) -> None:
    file.unlink()

    with pytest.raises(MasterKeyMissing, match="master-keys"):
        sealed(b"secret")
