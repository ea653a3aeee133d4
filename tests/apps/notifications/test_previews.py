"""Operators see each language on each platform, as it will be seen, with the room it takes."""

from apps.notifications.previews import LanguagePreview, Preview, previews_of
from apps.notifications.types import Text
from tests.apps.notifications.contents import template_of

TEMPLATE = template_of(
    {
        ("", "he"): Text(title="{{ lift }}: תקועה", body="PDF"),
        ("", "en"): Text(title="{{ lift }} is stuck", body="b"),
        ("email", "en"): Text(title="A mail"),
    },
    lift="Lift 3",
)


def platform(preview: LanguagePreview, name: str) -> Preview:
    return next(shown for shown in preview.platforms if shown.platform == name)


def test_every_platform_shows_every_language_the_default_first() -> None:
    english, hebrew = previews_of(TEMPLATE)

    assert (english.language, hebrew.language) == ("en", "he")
    names = [shown.platform for shown in hebrew.platforms]
    assert names == ["ios", "android", "web", "email", "inbox"]
    assert platform(english, "email").content.title == "A mail"


def test_direction_is_the_one_a_phone_finds() -> None:
    _, hebrew = previews_of(TEMPLATE)

    assert hebrew.direction == "rtl"
    assert platform(hebrew, "ios").title_direction == "rtl"
    # Led by a mark, for its first letter is Latin.
    assert platform(hebrew, "ios").body_direction == "rtl"
    assert platform(hebrew, "web").body_direction == "rtl"


def test_push_tells_its_bytes_and_other_channels_have_no_budget() -> None:
    english, _ = previews_of(TEMPLATE)

    assert platform(english, "web").budget == 3993
    assert 0 < (platform(english, "web").size or 0) < 1000
    assert not platform(english, "web").is_tight
    assert platform(english, "inbox").budget is None
    assert not platform(english, "inbox").is_cut


def test_long_text_is_shown_cut_with_its_whole_size() -> None:
    template = template_of({("", "en"): Text(title="t", body="x" * 5000)})

    shown = platform(previews_of(template)[0], "ios")

    assert shown.is_cut
    assert shown.content.body.endswith("…")
    assert (shown.size or 0) > 5000


def test_what_cannot_be_filled_in_says_why() -> None:
    template = template_of({("", "en"): Text(title="{{ nobody }}")})

    (preview,) = previews_of(template)

    assert "nobody" in preview.error
    assert not preview.platforms


def test_platform_without_any_words_is_left_out() -> None:
    template = template_of({("email", "en"): Text(title="t")})

    assert [shown.platform for shown in previews_of(template)[0].platforms] == ["email"]
