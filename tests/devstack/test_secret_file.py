"""Local secrets are made once and readable by their owner only."""

import base64
from pathlib import Path

from devstack.secret_file import SecretFile, fernet_key


def test_secret_is_the_same_at_every_call(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"

    assert SecretFile(file).get("redis_password") == SecretFile(file).get("redis_password")


def test_each_name_has_a_secret_of_its_own(tmp_path: Path) -> None:
    secrets = SecretFile(tmp_path / "secrets.json")

    assert secrets.get("redis_password") != secrets.get("postgres_password")


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"

    SecretFile(file).get("redis_password")

    assert file.stat().st_mode & 0o777 == 0o600


def test_master_key_is_32_bytes_in_urlsafe_base64() -> None:
    assert len(base64.urlsafe_b64decode(fernet_key())) == 32
