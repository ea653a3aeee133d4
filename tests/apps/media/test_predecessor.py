"""Clients of the predecessor system keep their URLs (R3 section 2.2)."""

import pytest
from pytest_django import Settings

from apps.imaging.types import Fit, Format, Position
from apps.kernel.errors import NotFound
from apps.media.asking import read_request
from apps.media.errors import BadParameter
from apps.media.models import RemoteSource
from apps.media.types import Parameters, Remote
from tests.apps.media.samples import ask, opened
from tests.hostile_server import HostileServer

UPLOADS = "/media_stream-image/media/acme/uploads"
TAIL = "300/200/cover/north/ff0000/5/80.webp"


@pytest.fixture(autouse=True)
def predecessor(settings: Settings) -> None:
    settings.MEDIA_PREDECESSOR_ORIGIN = "https://assets.test"


def test_upload_of_a_tenant_is_found() -> None:
    asked = read_request(f"{UPLOADS}/products/2026/a.jpg/{TAIL}", "")

    assert asked.source == Remote("https://assets.test/media/acme/uploads/products/2026/a.jpg")
    assert asked.is_of_predecessor
    assert asked.parameters == Parameters(
        width=300,
        height=200,
        fit=Fit.COVER,
        position=Position.NORTH,
        background="ff0000ff",
        trim=5,
        quality=80,
        format=Format.WEBP,
    )


def test_static_picture_is_found() -> None:
    asked = read_request(f"/media_stream-image/static/images/logo.png/{TAIL}", "")

    assert asked.source == Remote("https://assets.test/static/images/logo.png")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_path_may_be_encoded_up_to_three_times(times: int) -> None:
    name = "a b.jpg"
    for _ in range(times):
        name = name.replace("%", "%25").replace(" ", "%20")

    asked = read_request(f"{UPLOADS}/{name}/{TAIL}", "")

    assert asked.source == Remote("https://assets.test/media/acme/uploads/a%20b.jpg")


def test_what_makes_no_sense_is_clamped_as_it_was() -> None:
    asked = read_request(f"{UPLOADS}/a.jpg/99999/-5/squash/middle/red/500/0.jpg", "")

    assert asked.parameters == Parameters(
        width=8192,
        height=0,
        fit=Fit.CONTAIN,
        position=Position.ENTROPY,
        background="ffffffff",
        trim=100,
        quality=1,
        format=Format.JPEG,
    )


def test_what_is_left_out_is_what_it_was() -> None:
    asked = read_request(f"{UPLOADS}/a.jpg/null/NaN/contain/entropy/transparent/x/y.avif", "")

    assert asked.parameters == Parameters(
        fit=Fit.CONTAIN, position=Position.ENTROPY, trim=5, format=Format.AVIF
    )


@pytest.mark.parametrize(
    "path",
    [
        *("../../secret/a.jpg", "..%2f..%2fsecret/a.jpg", "%252e%252e/a.jpg", "a//b.jpg"),
        *("./a.jpg", "a%00.jpg", "a%5c..%5cb.jpg", "a.jpg%3fx=1", "a.jpg%23x", "a" * 2000),
    ],
)
def test_path_that_leads_astray_leads_nowhere(path: str) -> None:
    with pytest.raises(NotFound):
        read_request(f"{UPLOADS}/{path}/{TAIL}", "")


@pytest.mark.parametrize("format_name", ["svg", "tiff", "exe"])
def test_format_that_is_not_made_is_refused(format_name: str) -> None:
    with pytest.raises(BadParameter):
        read_request(f"{UPLOADS}/a.jpg/1/1/cover/centre/fff/5/80.{format_name}", "")


def test_urls_lead_nowhere_without_the_switch(settings: Settings) -> None:
    settings.MEDIA_PREDECESSOR_ORIGIN = ""

    assert ask(f"{UPLOADS}/a.jpg/{TAIL}").status == 404


@pytest.mark.django_db
def test_picture_comes_unsigned_and_from_that_origin_alone(
    remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_PREDECESSOR_ORIGIN = f"http://{remote.host}:{remote.port}"

    found = ask(f"{UPLOADS}/a.jpg/120/60/cover/centre/fff/0/80.webp")

    assert (found.status, opened(found).size) == (200, (120, 60))
    assert remote.requests[0].path == "/media/acme/uploads/a.jpg"
    assert not RemoteSource.objects.exists()
