"""Time zones and language tags."""

import pytest

from apps.accounts.errors import UnknownTimeZone
from apps.accounts.locality import is_locale, known_time_zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires"])
def test_zone_of_the_iana_database_is_known(name: str) -> None:
    assert known_time_zone(name) == name


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "localtime", "utc ", "\x00"])
def test_any_other_text_is_no_zone(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        known_time_zone(name)


@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant-TW", "sr-Latn-RS", "es-419"])
def test_language_tag_is_a_locale(tag: str) -> None:
    assert is_locale(tag)


@pytest.mark.parametrize("text", ["", "e", "de_AT", "de-", "-de", "de\n", "a" * 36, "de AT"])
def test_any_other_text_is_no_locale(text: str) -> None:
    assert not is_locale(text)
