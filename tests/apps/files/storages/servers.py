"""Servers of objects on loopback, none of them ours, and the settings by which they are reached."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from apps.files.storages.azure import AzureStorage
from apps.files.storages.s3 import S3Storage
from apps.kernel.ids import new_id_text
from devstack.ports import LOOPBACK, free_port
from devstack.system import NPM_FOLDER
from devstack.waiting import wait_until

ACCESS_KEY_ID = "mainstay"
SECRET_ACCESS_KEY = "the-secret-of-the-bucket"
# Azurite takes those of its one account, which are in its handbook.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

# It comes by npm, and so with `make test-system`.
AZURITE = pytest.param("azurite", marks=pytest.mark.system)


@contextmanager
def moto() -> Iterator[str]:
    """An S3 that is strict about what it is asked, and believes every signature."""
    server = ThreadedMotoServer(LOOPBACK, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """An S3 that checks signatures and their expiry."""
    port = free_port()
    program = Path(sys.executable).with_name("rclone")
    keys = f"{ACCESS_KEY_ID},{SECRET_ACCESS_KEY}"
    options = ["--addr", f"{LOOPBACK}:{port}", "--auth-key", keys, "--config", "/dev/null"]
    with _running([program, "serve", "s3", *options, folder], port):
        yield f"http://{LOOPBACK}:{port}"


@contextmanager
def azurite(folder: Path) -> Iterator[str]:
    """An Azure Blob Storage that checks signatures and their expiry, and tells nobody of us."""
    port = free_port()
    program = NPM_FOLDER / "node_modules" / ".bin" / "azurite-blob"
    place = ["--blobHost", LOOPBACK, "--blobPort", port, "--location", folder]
    # It knows the versions of the API up to its own, and no later ones.
    options = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    with _running([program, *place, *options], port):
        yield f"http://{LOOPBACK}:{port}/{ACCOUNT}"


def use_azure(settings: Settings, endpoint_url: str) -> None:
    """Let the settings name a container of a test's own at this server."""
    settings.FILES_STORAGE = "azure"
    settings.FILES_AZURE_ENDPOINT_URL = endpoint_url
    settings.FILES_AZURE_ACCOUNT = ACCOUNT
    settings.FILES_AZURE_KEY = ACCOUNT_KEY
    settings.FILES_AZURE_CONTAINER = f"test-{new_id_text()}"


def use_s3(settings: Settings, endpoint_url: str) -> None:
    """Let the settings name a bucket of a test's own at this server."""
    settings.FILES_STORAGE = "s3"
    settings.FILES_S3_ENDPOINT_URL = endpoint_url
    settings.FILES_S3_REGION = "eu-central-1"
    settings.FILES_S3_ADDRESSING = "path"
    settings.FILES_S3_ACCESS_KEY_ID = ACCESS_KEY_ID
    settings.FILES_S3_SECRET_ACCESS_KEY = SECRET_ACCESS_KEY
    settings.FILES_S3_BUCKET = f"test-{new_id_text()}"


def s3_storage(settings: Settings, endpoint_url: str) -> S3Storage:
    """Return the storage of a bucket of a test's own, which is empty and in use."""
    use_s3(settings, endpoint_url)
    storage = S3Storage()
    storage._client.create_bucket(
        Bucket=settings.FILES_S3_BUCKET,
        CreateBucketConfiguration={"LocationConstraint": settings.FILES_S3_REGION},
    )
    return storage


def azure_storage(settings: Settings, endpoint_url: str) -> AzureStorage:
    """Return the storage of a container of a test's own, which is empty and in use."""
    use_azure(settings, endpoint_url)
    storage = AzureStorage()
    storage._client.create_container()
    return storage


@contextmanager
def _running(command: Sequence[object], port: int) -> Iterator[None]:
    words = [str(word) for word in command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert wait_until(lambda: _listens(port), seconds=60), f"{words[0]} does not start."
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
