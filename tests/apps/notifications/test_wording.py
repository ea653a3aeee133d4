"""Wording: what is said, made once for all who read the same."""

import pytest

from apps.notifications.errors import ContentTooLarge, MissingVariables, TemplateRefused
from apps.notifications.models import Notification
from apps.notifications.services import save_template
from apps.notifications.types import Channel, PushService, TemplateTexts, Text
from apps.notifications.wording import Wording
from tests.apps.notifications.asking import category

pytestmark = pytest.mark.django_db

EN, HE = ("en",), ("he", "en")


def said(title: str, **changes: object) -> Notification:
    """Return a notification of words of its own."""
    texts = {"en": {"title": title, "body": "", "url": ""}}
    return Notification(texts=texts, **changes)


def test_who_reads_the_same_is_shown_the_same_document() -> None:
    wording = Wording(said("Hello"))

    assert wording.said(Channel.INBOX, None, EN) is wording.said(Channel.INBOX, None, EN)
    assert wording.said(Channel.INBOX, None, HE).content.title == "Hello"


def test_single_counts_one_and_names_no_items() -> None:
    wording = Wording(said("{{ count }} new{{ items }}"))

    assert wording.said(Channel.INBOX, None, EN).content.title == "1 new"


def test_several_are_counted_and_the_newest_named() -> None:
    category()
    for key, title in (("note", "{{ text }}"), ("note.digest", "{{ count }}: {{ items }}")):
        variables = {} if key == "note.digest" else {"text": "Hi"}
        text = Text(title="Notes", body=title)
        save_template(
            TemplateTexts(key=key, category="news", variables=variables, texts={("", "en"): text})
        )
    notes = [Notification(template="note", variables={"text": f"Note {n}"}) for n in range(7)]

    wording = Wording(notes[-1], gathered=[Wording(note) for note in notes])

    body = wording.said(Channel.PUSH, PushService.APNS, EN).content.body
    assert body == "7: Note 2\nNote 3\nNote 4\nNote 5\nNote 6"


def test_without_words_for_many_the_newest_is_said() -> None:
    notes = [said(f"Note {n}, {{{{ count }}}} in all") for n in range(2)]

    wording = Wording(notes[-1], gathered=[Wording(note) for note in notes])

    assert wording.said(Channel.INBOX, None, EN).content.title == "Note 1, 2 in all"


def test_template_that_is_gone_leaves_no_words() -> None:
    wording = Wording(Notification(template="gone"))

    assert set(wording.wordless) == set(Channel)
    assert "'gone'" in wording.wordless[Channel.PUSH]


def test_channels_without_words_are_named() -> None:
    category()
    texts = {("email", "en"): Text(title="Hello"), ("inbox", "en"): Text(title="Hello")}
    save_template(TemplateTexts(key="hello", category="news", variables={}, texts=texts))

    wording = Wording(Notification(template="hello"))

    assert set(wording.wordless) == {Channel.PUSH}
    wording.check(None)
    with pytest.raises(TemplateRefused):
        wording.check([Channel.PUSH])


def test_check_finds_what_somebody_could_not_be_told() -> None:
    with pytest.raises(MissingVariables):
        Wording(said("Hello {{ name }}")).check(None)
    with pytest.raises(ContentTooLarge):
        Wording(said("Hello", data={"x": "y" * 5000})).check(None)
