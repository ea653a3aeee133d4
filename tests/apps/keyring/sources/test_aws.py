"""Master keys from AWS Secrets Manager."""

from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from cryptography.fernet import Fernet
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.masters import opened, sealed
from apps.keyring.sources import aws as aws_source
from tests.apps.keyring.master_keys import master_key

SECRET = "mainstay/keyring"


@pytest.fixture
def aws(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an AWS of our own on loopback, which the settings name."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # What it holds belongs to the process, not to the server.
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    settings.KEYRING_MASTER_KEY_SOURCE = "aws"
    settings.KEYRING_MASTER_KEY_SECRET = SECRET
    yield boto3.client("secretsmanager")
    server.stop()


def test_secret_in_aws_seals_and_opens(aws: Any) -> None:
    key = master_key()
    aws.create_secret(Name=SECRET, SecretString=f"{master_key()},{key}")

    made = sealed(b"secret")

    assert opened(made) == b"secret"
    assert b"secret" not in made


def test_new_master_key_in_aws_is_found_when_it_is_needed(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws_source, "ASKED_AT_MOST_EVERY_SECONDS", 0)
    former, new = master_key(), master_key()
    aws.create_secret(Name=SECRET, SecretString=former)
    sealed(b"remembers the former one")
    by_another_process = Fernet(new).encrypt(b"secret")

    aws.put_secret_value(SecretId=SECRET, SecretString=f"{new},{former}")

    assert opened(by_another_process) == b"secret"


def test_known_keys_serve_while_aws_is_away(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.create_secret(Name=SECRET, SecretString=master_key())
    made = sealed(b"secret")

    aws.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    monkeypatch.setattr(aws_source, "REMEMBERED_SECONDS", 0)

    assert opened(made) == b"secret"


def test_secret_that_was_never_there_is_refused(aws: Any) -> None:
    with pytest.raises(MasterKeyMissing, match="AWS"):
        sealed(b"secret")


def test_flood_of_keys_that_nothing_opens_asks_aws_once(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.create_secret(Name=SECRET, SecretString=master_key())
    ask = aws_source.SecretsManagerSource._ask
    asked: list[None] = []

    def counted(source: aws_source.SecretsManagerSource) -> None:
        asked.append(None)
        ask(source)

    monkeypatch.setattr(aws_source.SecretsManagerSource, "_ask", counted)
    monkeypatch.setattr(aws_source, "ASKED_AT_MOST_EVERY_SECONDS", 60)

    for _ in range(20):
        with pytest.raises(MasterKeyMissing):
            opened(b"nonsense")

    assert len(asked) == 1
