"""A namespace has a name that can be a folder, and a life that invalidations outlive."""

from datetime import timedelta

import pytest

from apps.caching.ports import LONGEST_LIFE, Namespace


@pytest.mark.parametrize("name", ["", "media", "../etc", "Media.files", "media.", "media/files"])
def test_name_that_is_no_folder_of_an_app_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no namespace"):
        Namespace(name=name, title="", ttl=timedelta(1))


def test_life_longer_than_invalidations_are_kept_is_refused() -> None:
    Namespace(name="a.b", title="", ttl=LONGEST_LIFE)

    with pytest.raises(ValueError, match="30 days"):
        Namespace(name="a.b", title="", ttl=LONGEST_LIFE, stale_if_error=timedelta(1))


def test_it_allows_stale_answers_if_any_time_for_them_is_given() -> None:
    plain, day = Namespace(name="a.b", title="", ttl=timedelta(1)), timedelta(1)

    assert not plain.allows_stale
    assert Namespace(name="a.b", title="", ttl=day, stale_if_error=day).allows_stale
    assert Namespace(name="a.b", title="", ttl=day, stale_while_revalidate=day).allows_stale
