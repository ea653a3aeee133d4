"""What is deprecated is declared where it stands."""

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from apps.api.deprecation import Deprecation, deprecated, deprecation_of

EARLY, LATE = date(2026, 1, 1), date(2026, 12, 31)


@deprecated(since=EARLY, link="/all")
class Old:
    def get(self) -> None: ...

    @deprecated(since=LATE, link="/one")
    def post(self) -> None: ...


@deprecated("list", "retrieve", since=EARLY, link="/reads")
class HalfOld:
    def list(self) -> None: ...

    def create(self) -> None: ...


class New(HalfOld):
    pass


class Renewed(Old):
    pass


def link_of(view: type[Any], action: str) -> str | None:
    found = deprecation_of(view, action)
    return found.link if found else None


def test_a_view_is_deprecated_with_all_it_does() -> None:
    assert link_of(Old, "get") == link_of(Old, "put") == "/all"


def test_a_method_has_its_own_word() -> None:
    assert link_of(Old, "post") == "/one"


def test_some_actions_of_a_view_are_deprecated() -> None:
    assert link_of(HalfOld, "list") == link_of(HalfOld, "retrieve") == "/reads"
    assert link_of(HalfOld, "create") is None


def test_a_subclass_is_not_deprecated_by_its_base() -> None:
    assert link_of(New, "list") is None
    assert link_of(Renewed, "get") is None


def test_without_a_sunset_none_is_told() -> None:
    assert set(Deprecation(since=EARLY, link="/x").headers()) == {"Deprecation", "Link"}


@pytest.mark.parametrize(
    ("link", "expected"),
    [("/help", "https://api.example.com/help"), ("https://docs.example.com/x", "https://docs.example.com/x")],
)  # fmt: skip
def test_a_link_is_whole(settings: Settings, link: str, expected: str) -> None:
    settings.BASE_URL = "https://api.example.com"

    told = Deprecation(since=EARLY, link=link).headers()["Link"]

    assert told == f'<{expected}>; rel="deprecation"; type="text/html"'
