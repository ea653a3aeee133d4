"""URLs are signed for those who may read; lists change everywhere at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.errors import NotReady
from apps.files.types import FileState
from apps.kernel.errors import NotFound
from apps.media import selectors, services
from apps.media.errors import UnknownPreset
from apps.media.models import Preset, RemoteSource
from apps.media.types import Parameters
from tests.apps.media.samples import ask, own_file

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_signed_url_shows_the_picture(owner: User, settings: Settings) -> None:
    settings.MEDIA_BASE_URL = "https://images.test"
    file = own_file(owner=owner)

    signed = services.sign_url(
        user_id=owner.pk,
        file_id=file.public_id,
        lifetime=HOUR,
        parameters=Parameters(width=100),
    )

    assert signed.url.startswith("https://images.test/media/v1/files/")
    assert f"expires={int(signed.expires_at.timestamp())}" in signed.url
    assert ask(signed.url.removeprefix("https://images.test")).status == 200


def test_url_lives_a_week_at_most(owner: User) -> None:
    file = own_file(owner=owner)

    signed = services.sign_url(
        user_id=owner.pk, file_id=file.public_id, lifetime=timedelta(days=365)
    )

    day = services.sign_url(user_id=owner.pk, file_id=file.public_id, lifetime=timedelta(days=6))
    assert timedelta(0) < signed.expires_at - day.expires_at < timedelta(days=1, minutes=10)


def test_stranger_gets_no_url(owner: User, stranger: User) -> None:
    file = own_file(owner=owner)

    with pytest.raises(NotFound):
        services.sign_url(user_id=stranger.pk, file_id=file.public_id, lifetime=HOUR)
    with pytest.raises(NotFound):
        services.sign_url(user_id=owner.pk, file_id=uuid4(), lifetime=HOUR)


def test_file_that_is_not_clean_gets_none(owner: User) -> None:
    file = own_file(owner=owner, state=FileState.PENDING)

    with pytest.raises(NotReady):
        services.sign_url(user_id=owner.pk, file_id=file.public_id, lifetime=HOUR)


def test_preset_must_exist(owner: User) -> None:
    file = own_file(owner=owner)

    with pytest.raises(UnknownPreset):
        services.sign_url(user_id=owner.pk, file_id=file.public_id, lifetime=HOUR, preset="unknown")


@pytest.mark.django_db(transaction=True)
def test_what_changes_in_a_list_is_known_at_once() -> None:
    preset, source = Preset(name="card", width=1), RemoteSource(host="a.test")
    services.save_preset(preset)
    services.save_source(source)
    assert selectors.preset_named("card").parameters.width == 1
    assert source.origin in selectors.listed_origins()

    preset.width, source.is_open = 2, False
    services.save_preset(preset)
    services.save_source(source)

    assert selectors.preset_named("card").parameters.width == 2
    assert not selectors.listed_origins()
    services.delete_preset(preset)
    services.delete_source(source)
    with pytest.raises(UnknownPreset):
        selectors.preset_named("card")
