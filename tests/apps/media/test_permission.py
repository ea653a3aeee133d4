"""A picture is for holders of a signed URL, or behind a preset that opens it."""

import orjson
import pytest
from pytest_django import Settings

from apps.media.models import Preset
from apps.media.types import MediaAnswer
from tests.apps.media.samples import ask, file_path, opened, own_file, picture
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def code_of(found: MediaAnswer) -> str:
    return str(orjson.loads(found.body)["code"])


@pytest.fixture(autouse=True)
def thumb() -> Preset:
    return Preset.objects.create(name="thumb", width=50, height=50, fit="cover", format="png")


def test_preset_opens_what_is_for_everybody() -> None:
    file = own_file(purpose="avatar")

    found = ask(f"/media/v1/files/{file.public_id}?preset=thumb")

    assert (found.status, opened(found).size) == (200, (50, 50))


def test_preset_does_not_open_what_is_not() -> None:
    file = own_file(purpose="document")

    found = ask(f"/media/v1/files/{file.public_id}?preset=thumb")

    assert (found.status, code_of(found)) == (403, "media.signature_needed")


def test_signed_preset_opens_any_file() -> None:
    file = own_file(purpose="document")

    assert ask(file_path(file, preset="thumb")).status == 200


@pytest.mark.usefixtures("listed")
def test_preset_opens_listed_sources(remote: HostileServer) -> None:
    url = f"http://{remote.host}:{remote.port}/a.jpg"

    assert ask(f"/media/v1/remote?preset=thumb&url={url}").status == 200


def test_unknown_preset_is_told() -> None:
    file = own_file(purpose="avatar")

    found = ask(f"/media/v1/files/{file.public_id}?preset=unknown")

    assert (found.status, code_of(found)) == (404, "media.unknown_preset")


def test_purposes_that_are_for_everybody_are_the_operators_to_say(settings: Settings) -> None:
    settings.MEDIA_PUBLIC_PURPOSES = ()
    file = own_file(picture(colour="red"), purpose="avatar")

    assert ask(f"/media/v1/files/{file.public_id}?preset=thumb").status == 403


def test_file_that_does_not_exist_looks_like_any_other_without_a_signature() -> None:
    found = ask("/media/v1/files/019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d?width=10")

    assert code_of(found) == "media.signature_needed"
