"""Lists are read once, and what operators see is this host's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.caching import popularity
from apps.caching.layers.stack import stack
from apps.imaging.types import Fit
from apps.kernel import clock
from apps.media import selectors
from apps.media.errors import UnknownPreset
from apps.media.models import Preset, RemoteSource
from apps.media.ports import presets
from apps.media.types import NamedParameters, Origin, Parameters
from tests.apps.media.samples import ask, file_path, own_file

pytestmark = pytest.mark.django_db


def test_open_sources_are_listed_and_read_once() -> None:
    RemoteSource.objects.create(host="a.test")
    RemoteSource.objects.create(host="b.test", is_open=False)
    expected = frozenset({Origin("https", "a.test", 443)})

    assert selectors.listed_origins() == expected
    with CaptureQueriesContext(connection) as queries:
        assert selectors.listed_origins() == expected
    assert not [each for each in queries if "media_remotesource" in each["sql"]]


def test_preset_is_what_was_saved() -> None:
    Preset.objects.create(name="card", width=320, height=180, fit="cover", background="ffffffff")

    assert selectors.preset_named("card").parameters == Parameters(
        width=320, height=180, fit=Fit.COVER, background="ffffffff"
    )
    with pytest.raises(UnknownPreset):
        selectors.preset_named("other")


def test_apps_have_presets_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "_entries", {})
    own = presets.register(
        NamedParameters(name="hero", title="Hero", parameters=Parameters(width=1600))
    )

    assert selectors.preset_named("hero") == own


def test_popular_pictures_are_those_that_were_asked_for_most() -> None:
    path = file_path(own_file(), width=100)
    key = ask(path).key
    ask(path)
    moment = clock.now().timestamp()
    folder = stack().files.folder
    popularity.tell(folder, stack().tally.take(moment))
    popularity.gather(folder, moment)

    assert [each.key for each in selectors.popular_pictures(limit=5)] == [key]
