"""The storages that one suite of tests holds equal."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.files.storages import storage_named
from apps.files.storages.azure import AzureStorage
from apps.files.storages.s3 import S3Storage
from apps.files.types import Storage
from tests.apps.files.storages import servers


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """Where moto listens."""
    with servers.moto() as url:
        yield url


@pytest.fixture(scope="session")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where rclone listens."""
    with servers.rclone(tmp_path_factory.mktemp("rclone")) as url:
        yield url


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where azurite listens."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as url:
        yield url


@pytest.fixture
def disk() -> Storage:
    """The local disk."""
    return storage_named("local")


# It comes by npm, and so with `make test-system`.
AZURITE = pytest.param("azurite", marks=pytest.mark.system)


@pytest.fixture(params=["disk", "moto", "rclone", AZURITE])
def storage(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage in turn, as an installation has it, and empty."""
    return _made(request, settings)


@pytest.fixture(params=["moto", "rclone", AZURITE])
def remote(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage that has URLs of its own."""
    return _made(request, settings)


@pytest.fixture(params=["rclone", AZURITE])
def referee(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage whose server checks signatures and their expiry."""
    return _made(request, settings)


@pytest.fixture(params=["moto", AZURITE])
def one_time(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    """Each storage whose server replaces nothing if it is told so; rclone does."""
    return _made(request, settings)


@pytest.fixture
def signer_of_lengths(rclone: str, settings: Settings) -> Storage:
    """The one whose signatures hold length and type; Azure's do not."""
    return _s3(rclone, settings)


def _made(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    place = request.getfixturevalue(request.param)
    if request.param == "disk":
        storage: Storage = place
        return storage
    return (_azure if request.param == "azurite" else _s3)(place, settings)


def _s3(url: str, settings: Settings) -> Storage:
    servers.use_s3(settings, url)
    storage = S3Storage()
    storage._client.create_bucket(
        Bucket=settings.FILES_S3_BUCKET,
        CreateBucketConfiguration={"LocationConstraint": settings.FILES_S3_REGION},
    )
    return storage


def _azure(url: str, settings: Settings) -> Storage:
    servers.use_azure(settings, url)
    storage = AzureStorage()
    storage._client.create_container()
    return storage
