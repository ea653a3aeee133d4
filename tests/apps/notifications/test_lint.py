"""A template that would surprise somebody is told what is wrong with it, text by text."""

from dataclasses import replace

import pytest

from apps.notifications.lint import Finding, by_field, findings_in, sizes_of
from apps.notifications.ports import categories, templates
from apps.notifications.types import PushService, TemplateTexts, Text
from tests.apps.notifications.contents import template_of

GOOD = template_of(
    {
        ("", "en"): Text(title="{{ lift }} is stuck", body="Please wait.", url="/l/{{ lift }}"),
        ("", "he"): Text(title="{{ lift }}: תקועה", body="נא להמתין.", url="/l/{{ lift }}"),
    },
    lift="Lift 3",
)


def findings(template: TemplateTexts, declared: TemplateTexts | None = None) -> list[Finding]:
    return findings_in(template, declared=declared, categories=["maintenance"])


def codes(template: TemplateTexts, declared: TemplateTexts | None = None) -> set[tuple[str, str]]:
    return {(finding.where, finding.code) for finding in findings(template, declared)}


def with_text(**parts: str) -> TemplateTexts:
    english = replace(GOOD.texts["", "en"], **parts)
    return replace(GOOD, texts={**GOOD.texts, ("", "en"): english})


def test_good_template_has_no_findings() -> None:
    assert findings(GOOD) == []


@pytest.mark.parametrize("declared", list(templates), ids=lambda entry: entry.name)
def test_shipped_templates_have_no_findings(declared: object) -> None:
    template = templates.get(declared.name).template  # type: ignore[attr-defined, union-attr]

    assert findings_in(template, declared=template, categories=[c.name for c in categories]) == []


def test_undeclared_variable_is_named_where_it_is_mentioned() -> None:
    assert ("en", "undeclared") in codes(with_text(body="{{ floor }}"))


def test_count_and_items_of_a_digest_need_no_declaring() -> None:
    assert findings(with_text(body="{{ count }}: {{ items }}")) == []


def test_unused_variable_is_a_warning() -> None:
    template = replace(GOOD, variables={**GOOD.variables, "floor": "7"})

    (finding,) = findings(template)

    assert (finding.where, finding.code, finding.is_error) == ("variables.floor", "unused", False)


def test_languages_that_tell_different_things_are_a_warning() -> None:
    (finding,) = findings(with_text(title="A lift is stuck", url="/l"))

    assert (finding.where, finding.code, finding.is_error) == ("en", "parity", False)


def test_variable_that_the_app_never_fills_in_is_refused() -> None:
    template = replace(with_text(body="{{ floor }}"), variables={**GOOD.variables, "floor": "7"})

    assert ("variables.floor", "never_filled") in codes(template, declared=GOOD)


def test_variable_without_sample_or_with_a_strange_name_is_refused() -> None:
    template = replace(GOOD, variables={**GOOD.variables, "Floor": "7", "door": " "})

    assert {("variables.Floor", "malformed"), ("variables.door", "no_sample")} <= codes(template)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"body": "{{ lift.name }}"}, ("en body", "malformed")),
        ({"title": ""}, ("en title", "required")),
        ({"title": "x" * 501}, ("en", "too_long")),
        ({"url": "x" * 2049}, ("en", "too_long")),
        ({"body": "\u202eturned"}, ("en body", "direction")),
        ({"url": "javascript:alert(1)"}, ("texts", "unrenderable")),
    ],
)
def test_text_that_breaks_is_refused(parts: dict[str, str], expected: tuple[str, str]) -> None:
    assert expected in codes(with_text(**parts))


@pytest.mark.parametrize("tag", ["", "english language", "e", "he_IL"])
def test_language_is_a_tag(tag: str) -> None:
    template = replace(GOOD, texts={("", tag): Text(title="t")}, variables={})

    assert "language" in {finding.code for finding in findings(template)}


def test_frame_is_checked() -> None:
    template = TemplateTexts(key="Lift", category="nothing", variables={}, texts={})

    assert codes(template) == {
        ("key", "malformed"),
        ("category", "unknown"),
        ("texts", "required"),
    }


def test_text_beyond_a_platforms_budget_is_refused() -> None:
    found = findings(with_text(body="x" * 3500))

    assert [(finding.where, finding.code) for finding in found] == [
        ("en", "too_large"),
    ]
    assert found[0].message.startswith("Firebase")
    assert len(findings(with_text(body="x" * 4096))) == 3


def test_long_words_may_go_into_mail_and_inbox() -> None:
    long = Text(title="{{ lift }}", body="x" * 9000, url="/l/{{ lift }}")
    template = replace(GOOD, texts={**GOOD.texts, ("email", "en"): long, ("inbox", "en"): long})

    assert not [finding for finding in findings(template) if finding.is_error]


def test_missing_languages_and_channels_are_warnings() -> None:
    template = template_of({("push", "he"): Text(title="שלום")})

    found = findings(template)

    assert {(finding.where, finding.code) for finding in found} == {
        ("texts", "no_default"),
        ("he", "incomplete"),
    }
    assert not any(finding.is_error for finding in found)


def test_errors_come_first_and_are_told_by_field() -> None:
    template = replace(with_text(title=""), variables={**GOOD.variables, "floor": "7"})

    found = findings(template)

    assert found[0].is_error
    assert not found[-1].is_error
    assert by_field(found)[0] == {
        "field": "en title",
        "code": "required",
        "detail": "Write a title: every channel shows it.",
    }


def test_sizes_are_told_by_language_and_service() -> None:
    sizes = {(tag, service): size for tag, service, size in sizes_of(GOOD)}

    assert set(sizes) == {(tag, service) for tag in ("en", "he") for service in PushService}
    assert sizes["he", PushService.APNS] > sizes["en", PushService.APNS]
