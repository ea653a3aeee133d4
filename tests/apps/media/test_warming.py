"""Popular pictures are made anew from their keys alone."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.caching.layers.stack import stack
from apps.caching.ports import warmers
from apps.kernel.errors import NotFound
from apps.media.remembered import PICTURES
from apps.media.warming import warm_picture
from tests.apps.media.samples import ask, file_path, own_file, remote_path
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def is_kept(key: str) -> bool:
    return stack().find(PICTURES, key) is not None


def test_picture_of_a_file_is_made_again() -> None:
    key = ask(file_path(own_file(), width=100, fit="cover", background="ff0000")).key
    stack().clear(PICTURES.name)

    warm_picture(key)

    assert is_kept(key)


@pytest.mark.usefixtures("listed")
def test_remote_picture_is_made_again_without_a_fetch(remote: HostileServer) -> None:
    key = ask(remote_path(remote, width=100)).key
    stack().clear(PICTURES.name)

    warm_picture(key)

    assert is_kept(key)
    assert len(remote.requests) == 1


def test_picture_of_the_predecessor_is_made_again(
    remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_PREDECESSOR_ORIGIN = f"http://{remote.host}:{remote.port}"
    path = "/media_stream-image/static/images/a.jpg/100/0/inside/centre/fff/0/80.png"
    key = ask(path).key
    stack().clear(PICTURES.name)

    warm_picture(key)

    assert is_kept(key)


def test_former_version_is_not_made_again() -> None:
    key = ask(file_path(own_file(), width=100)).key
    former = key.replace("@", "@0000")

    warm_picture(former)

    assert not is_kept(former)


def test_source_of_which_nothing_is_known_is_passed_over() -> None:
    warm_picture("remote/unknown@version/width=1")


def test_file_that_is_gone_is_told() -> None:
    with pytest.raises(NotFound):
        warm_picture(f"file/{uuid4()}@version/width=1")


def test_warmer_is_plugged_in() -> None:
    warmer = warmers.get(PICTURES.name)

    assert warmer is not None
    assert warmer.warm is warm_picture
