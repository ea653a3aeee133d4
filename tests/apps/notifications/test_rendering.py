"""People are shown their language's words, filled in, on each channel."""

from types import SimpleNamespace

import pytest

from apps.notifications.errors import MissingVariables, TemplateRefused, UnknownTemplate
from apps.notifications.rendering import Words, content_for, language_of, words_of
from apps.notifications.types import Channel, PushService, Text
from tests.apps.notifications.contents import template_of

TEMPLATE = template_of(
    {
        ("", "en"): Text(title="{{ what }} is stuck", body="In {{ where }}.", url="/l/{{ what }}"),
        ("", "he"): Text(title="{{ what }}: תקוע", body="{{ where }}"),
        ("email", "en"): Text(title="Mail of {{ what }}", url="/l/{{ what }}"),
    },
    what="Lift 3",
    where="דנה",
)


def test_person_reads_the_first_of_their_languages() -> None:
    content = content_for(TEMPLATE, channel=Channel.PUSH, languages=["he-IL", "en"])

    assert content.language == "he"
    assert content.title == "\u2068Lift 3\u2069: תקוע"


def test_values_of_the_other_direction_are_isolated() -> None:
    content = content_for(TEMPLATE, channel=Channel.PUSH, languages=["en"])

    assert content.title == "Lift 3 is stuck"
    assert content.body == "In \u2068דנה\u2069."
    assert content.url == "/l/Lift%203"


def test_language_goes_before_the_channels_own_words() -> None:
    english = content_for(TEMPLATE, channel=Channel.EMAIL, languages=["en"])
    hebrew = content_for(TEMPLATE, channel=Channel.EMAIL, languages=["he"])

    assert english.title == "Mail of Lift 3"
    assert hebrew.title == "\u2068Lift 3\u2069: תקוע"


def test_address_in_a_mail_is_whole() -> None:
    content = content_for(TEMPLATE, channel=Channel.EMAIL, languages=["en"])

    assert content.url.startswith("http")
    assert content.url.endswith("/l/Lift%203")


def test_without_any_of_the_persons_languages_the_first_one_is_taken() -> None:
    words = Words(texts={("", "fr"): Text(title="Bonjour"), ("", "de"): Text(title="Hallo")})

    assert language_of(words, channel=Channel.PUSH, languages=["ja", "en"]) == "de"


def test_channel_without_words_is_refused() -> None:
    words = Words(texts={("email", "en"): Text(title="Hello")})

    with pytest.raises(TemplateRefused, match="push"):
        content_for(words, channel=Channel.PUSH, languages=["en"])


def test_missing_variables_are_reported() -> None:
    words = Words(texts=TEMPLATE.texts, variables={"where": "x"})

    with pytest.raises(MissingVariables, match="what"):
        content_for(words, channel=Channel.PUSH, languages=["en"])


def test_title_is_one_line_of_what_an_inbox_has_room_for() -> None:
    words = Words(texts={("", "en"): Text(title="{{ a }}")}, variables={"a": "x\r\ny " * 300})

    title = content_for(words, channel=Channel.INBOX, languages=["en"]).title

    assert "\n" not in title
    assert len(title) <= 500


def test_address_that_is_too_long_is_refused() -> None:
    words = Words(texts={("", "en"): Text(title="t", url="{{ a }}")}, variables={"a": "x" * 2049})

    with pytest.raises(TemplateRefused, match="2048"):
        content_for(words, channel=Channel.INBOX, languages=["en"])


def test_push_is_cut_to_what_its_service_carries() -> None:
    words = Words(texts={("", "en"): Text(title="t", body="{{ a }}")}, variables={"a": "x" * 5000})

    push = content_for(words, channel=Channel.PUSH, service=PushService.WEB_PUSH, languages=["en"])
    inbox = content_for(words, channel=Channel.INBOX, languages=["en"])

    assert push.body.endswith("…")
    assert inbox.body == "x" * 5000


def test_silent_words_are_data_alone() -> None:
    words = Words(texts={}, data={"a": "b\x00"}, is_silent=True)

    content = content_for(words, channel=Channel.PUSH, languages=["en"])

    assert content.is_silent
    assert content.data == {"a": "b"}
    assert content.title == ""


def test_words_of_a_notification_may_be_its_own() -> None:
    notification = SimpleNamespace(
        template="",
        texts={"en": {"title": "Hello {{ a }}", "body": "", "url": ""}},
        variables={"a": "you"},
        data={},
        is_silent=False,
    )

    content = content_for(words_of(notification), channel=Channel.PUSH, languages=["he"])

    assert content.title == "Hello you"


@pytest.mark.django_db
def test_words_of_a_notification_may_be_its_templates() -> None:
    notification = SimpleNamespace(
        template="buildings.member_invited",
        texts={},
        variables={"building": "Oak House"},
        data={},
        is_silent=False,
    )

    content = content_for(words_of(notification), channel=Channel.PUSH, languages=["en"])

    assert content.title == "You are invited to Oak House"
    notification.template = "nobody.knows"
    with pytest.raises(UnknownTemplate):
        words_of(notification)
