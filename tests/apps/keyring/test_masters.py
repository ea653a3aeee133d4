"""The choice of where master keys come from."""

import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.utils.module_loading import import_string
from pytest_django import Settings

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.masters import SOURCES, opened, sealed
from config.env import MASTER_KEY_SOURCES


def test_every_source_the_environment_may_name_is_there() -> None:
    assert set(SOURCES) == set(MASTER_KEY_SOURCES)
    assert all(import_string(path)() for path in SOURCES.values())


def test_key_that_no_master_key_opens_is_refused(settings: Settings) -> None:
    made = sealed(b"secret")
    settings.KEYRING_MASTER_KEYS = (Fernet.generate_key().decode(),)

    with pytest.raises(MasterKeyMissing):
        opened(made)


def test_client_of_aws_is_not_loaded_where_keys_are_kept_here() -> None:
    modules = "sys, apps.keyring.masters, apps.keyring.sources.local"
    script = f"import {modules}; print('boto3' in sys.modules)"

    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "False"
