"""Placeholders are filled in, and nothing else happens."""

import pytest

from apps.notifications.errors import MissingVariables, TemplateRefused
from apps.notifications.placeholders import filled, filled_url, is_malformed, names_in


def test_names_are_found_once_each_in_order() -> None:
    assert names_in("{{ b }} {{a}} {{  b  }} {{ A }} { c }") == ("b", "a")


def test_values_stand_where_their_names_stood() -> None:
    text = filled("{{ who }} on {{what}}", {"who": "Dana", "what": "3"}, is_rtl=False)

    assert text == "Dana on 3"


def test_value_is_never_read_as_a_template() -> None:
    text = filled("{{ a }}", {"a": "{{ b }} {% now %} %s {0}", "b": "secret"}, is_rtl=False)

    assert text == "{{ b }} {% now %} %s {0}"


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(MissingVariables) as refusal:
        filled("{{ a }} {{ b }} {{ c }}", {"b": "x"}, is_rtl=False)

    assert [error["field"] for error in refusal.value.errors] == ["variables.a", "variables.c"]


@pytest.mark.parametrize("text", ["{{ a.b }}", "{{ a|upper }}", "{{ }}", "{{ a", "a }}", "{{ A }}"])
def test_braces_that_are_no_placeholder_are_refused(text: str) -> None:
    assert is_malformed(text)
    with pytest.raises(TemplateRefused):
        filled(text, {"a": "x"}, is_rtl=False)


def test_single_braces_are_words() -> None:
    assert filled("{ a } {%", {}, is_rtl=False) == "{ a } {%"


def test_values_in_an_address_are_encoded() -> None:
    url = filled_url("/a/{{ id }}?q={{ id }}", {"id": "x/y z&é"})

    assert url == "/a/x%2Fy%20z%26%C3%A9?q=x%2Fy%20z%26%C3%A9"


def test_address_may_be_one_value() -> None:
    assert filled_url("{{ link }}", {"link": "https://a.example/b?c"}) == "https://a.example/b?c"


@pytest.mark.parametrize("link", ["javascript:alert(1)", " JavaScript :x", "data:text/html,x"])
def test_address_that_would_run_is_refused(link: str) -> None:
    with pytest.raises(TemplateRefused):
        filled_url("{{ link }}", {"link": link})
