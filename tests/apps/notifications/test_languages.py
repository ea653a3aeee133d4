"""Each person is spoken to in the first of their languages that there are words in."""

import pytest

from apps.notifications.languages import chain_of, found_in, normal


def test_chain_goes_from_the_device_to_the_account_to_the_installation() -> None:
    assert chain_of("pt-BR", "he") == ("pt-BR", "he", "en")
    assert chain_of("", "en") == ("en",)
    assert chain_of("he_IL", "iw") == ("he-IL", "he", "en")


@pytest.mark.parametrize(
    ("chain", "found"),
    [
        (["he"], "he"),
        (["he-IL"], "he"),
        (["HE-il"], "he"),
        (["iw_IL"], "he"),
        (["zh-Hant-TW"], "zh-Hant"),
        (["zh-Hant-x-mine"], "zh-Hant"),
        (["fr", "he"], "he"),
        (["pt-PT", "en"], "en"),
        (["pt-BR", "en"], "pt-BR"),
        # RFC 4647: lookup shortens the range, never what is available.
        (["pt"], None),
        (["fr"], None),
        ([], None),
    ],
)
def test_lookup_shortens_each_tag_before_it_goes_on(chain: list[str], found: str | None) -> None:
    assert found_in(["en", "he", "zh-Hant", "pt-BR"], chain) == found


def test_former_codes_of_the_available_are_found_too() -> None:
    assert found_in(["iw"], ["he-IL"]) == "iw"
    assert normal("in_ID") == "id-ID"
