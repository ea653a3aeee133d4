"""Which headers an owner may add, and that no other gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.webhooks.custom_headers import MASK, complaints_about, masked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer abc.def"),
        ("X-Api-Key", "!" * 1024),
        ("x" * 64, "1"),
        ("X_Tenant.9", "a  b"),
    ],
)
def test_ordinary_header_is_let_through(name: str, value: str) -> None:
    assert complaints_about({name: value}) == []


@pytest.mark.parametrize(
    "name",
    [
        *("webhook-id", "Webhook-Signature", "Content-Type", "content-length", "HOST", "TE"),
        *("Connection", "transfer-encoding", "Upgrade", "Cookie", "user-agent", "traceparent"),
        *("X-Request-ID", "X-Forwarded-For", "Proxy-Authorization", "Expect", "Keep-Alive"),
    ],
)
def test_header_of_ours_or_of_the_connection_is_not_overridden(name: str) -> None:
    (complaint,) = complaints_about({name: "x"})

    assert complaint == f"{name} is set by Mainstay or by the connection; choose another name."


@pytest.mark.parametrize("name", ["", "a b", "a:", "ä", "a\r\nb", "x" * 65, "a\x00", "(a)"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert len(complaints_about({name: "x"})) == 1


@pytest.mark.parametrize(
    "value", ["", " ", " a", "a ", "a\r\nHost: b", "a\nb", "\t", "ä", "a\x00", "x" * 1025, MASK]
)
def test_what_is_no_value_is_refused(value: str) -> None:
    assert len(complaints_about({"X-Key": value})) == 1


def test_ten_headers_are_the_most_and_case_makes_no_second() -> None:
    assert complaints_about({f"x-{number}": "1" for number in range(10)}) == []
    assert len(complaints_about({f"x-{number}": "1" for number in range(11)})) == 1
    assert len(complaints_about({"X-Key": "1", "x-key": "2"})) == 1


@given(name=st.text(), value=st.text())
def test_nothing_that_could_end_a_line_gets_through(name: str, value: str) -> None:
    if not complaints_about({name: value}):
        assert f"{name}: {value}".isascii()
        assert f"{name}: {value}".isprintable()
        assert ":" not in name


def test_values_are_shown_masked() -> None:
    assert masked(["Authorization"]) == {"Authorization": "********"}
