"""The storages that one suite of tests holds equal."""

import pytest
from pytest_django import Settings

from apps.files.storages import storage_named
from apps.files.types import Storage
from tests.apps.files.storages import servers


@pytest.fixture
def disk() -> Storage:
    """The local disk."""
    return storage_named("local")


@pytest.fixture(params=["disk", "moto", "rclone", servers.AZURITE])
def storage(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage in turn, as an installation has it, and empty."""
    return _made(request, settings)


@pytest.fixture(params=["moto", "rclone", servers.AZURITE])
def remote(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage that has URLs of its own."""
    return _made(request, settings)


@pytest.fixture(params=["rclone", servers.AZURITE])
def referee(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage whose server checks signatures and their expiry."""
    return _made(request, settings)


@pytest.fixture(params=["moto", servers.AZURITE])
def one_time(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage whose server replaces nothing if it is told so; rclone does."""
    return _made(request, settings)


@pytest.fixture
def signer_of_lengths(rclone: str, settings: Settings) -> Storage:
    """The one whose signatures hold length and type; Azure's do not."""
    return servers.s3_storage(settings, rclone)


def _made(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    place = request.getfixturevalue(request.param)
    if request.param == "disk":
        storage: Storage = place
        return storage
    made = servers.azure_storage if request.param == "azurite" else servers.s3_storage
    return made(settings, place)
