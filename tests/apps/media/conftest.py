"""Fixtures of the tests of the image service: a remote source, and empty caches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.caching.failures import failed_lately
from apps.caching.layers.stack import forget_here
from apps.imaging import services as imaging
from apps.media import breakers
from apps.media.models import RemoteSource
from tests.apps.media.samples import picture
from tests.hostile_server import HostileServer, answering, hostile_server


@pytest.fixture(scope="module", autouse=True)
def processes_end() -> Iterator[None]:
    """End the processes that drew for the tests of a module."""
    yield
    imaging.close()


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """A folder of files that nobody else uses, and breakers that know no failures."""
    settings.CACHING_DIR = tmp_path / "caching"
    settings.CACHING_LEAST_FREE_BYTES = 0
    settings.FILES_ROOT = tmp_path / "files"
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    failed_lately.forget()
    breakers.forget_here()
    yield
    forget_here()


@pytest.fixture
def remote() -> Iterator[HostileServer]:
    """A remote source that has one JPEG of 400 by 300."""
    with hostile_server() as server:
        server.behave = answering(body=picture(), Content_Type="image/jpeg", ETag='"one"')
        yield server


@pytest.fixture
def listed(remote: HostileServer, db: None) -> RemoteSource:
    """The list, with the remote source on it."""
    return RemoteSource.objects.create(scheme="http", host=remote.host, port=remote.port)
