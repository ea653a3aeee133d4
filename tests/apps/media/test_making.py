"""A picture is made once, whichever layers vanish."""

import pytest
from pytest_django import Settings

from apps.caching.layers.stack import forget_here, stack
from apps.imaging import services as imaging
from apps.imaging.errors import ImagingBusy
from tests.apps.media.samples import ask, file_path, opened, own_file, picture, remote_path
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_picture_outlives_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_path(own_file(), width=100)
    made = ask(path)
    forget_here()
    monkeypatch.setattr(imaging, "render", pytest.fail)

    assert ask(path).body == made.body


@pytest.mark.parametrize("layers", [("memory",), ("redis",), ("memory", "redis")])
def test_any_layer_may_vanish(layers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_path(own_file(), width=100)
    made = ask(path)
    for layer in layers:
        getattr(stack(), layer).clear("media.pictures")
    monkeypatch.setattr(imaging, "render", pytest.fail)

    assert (ask(path).body, ask(path).outcome) == (made.body, "hit")


def test_all_layers_may_vanish() -> None:
    path = file_path(own_file(), width=100)
    made = ask(path)
    stack().clear("media.pictures")

    assert (again := ask(path)).body == made.body
    assert again.outcome == "made"


def test_enough_who_wait_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise ImagingBusy(headers={"Retry-After": "2"})

    monkeypatch.setattr(imaging, "render", busy)

    found = ask(file_path(own_file(), width=100))

    assert (found.status, found.headers["Retry-After"]) == (503, "2")


@pytest.mark.usefixtures("listed")
def test_what_is_at_hand_is_given_although_too_many_wait_for_its_source(
    remote: HostileServer,
) -> None:
    path = remote_path(remote, width=100)
    made = ask(path)

    found = ask(path, is_at_hand_only=True)

    assert (found.status, found.body) == (200, made.body)


@pytest.mark.usefixtures("listed")
def test_other_size_of_a_source_that_too_many_wait_for_is_not_made(remote: HostileServer) -> None:
    ask(remote_path(remote, width=100))

    found = ask(remote_path(remote, width=50), is_at_hand_only=True)

    assert (found.status, found.headers["Retry-After"]) == (503, "2")
    assert found.headers["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("listed")
def test_source_that_too_many_wait_for_is_not_asked_and_the_fallback_given(
    remote: HostileServer,
) -> None:
    found = ask(remote_path(remote, width=100, fallback="blank"), is_at_hand_only=True)

    assert (found.status, found.headers["Retry-After"]) == (503, "2")
    assert opened(found).width == 100
    assert not remote.requests


def test_server_in_front_is_told_which_file_it_is(settings: Settings) -> None:
    settings.X_ACCEL_REDIRECT = True
    path = file_path(own_file(noisy()), width=300, format="png")
    made = ask(path)

    handed = ask(path)

    name = handed.headers["X-Accel-Redirect"].removeprefix("/_media/")
    assert (handed.status, handed.body, handed.headers["Content-Type"]) == (200, b"", "image/png")
    assert (stack().files.entries_folder / name).read_bytes() == made.body


def test_server_in_front_that_finds_no_file_gets_the_bytes(settings: Settings) -> None:
    settings.X_ACCEL_REDIRECT = True
    path = file_path(own_file(noisy()), width=300, format="png")
    made = ask(path)

    assert ask(path, is_in_full=True).body == made.body


def noisy() -> bytes:
    """Return a picture that does not compress to next to nothing."""
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.effect_noise((400, 300), 90).save(written, "JPEG")
    assert len(written.getvalue()) > len(picture())
    return written.getvalue()
