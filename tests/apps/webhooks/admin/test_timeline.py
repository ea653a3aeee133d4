"""The bar of an attempt shows where its time went."""

from apps.webhooks.admin.timeline import view_of
from apps.webhooks.models import Attempt


def _attempt(**facts: object) -> Attempt:
    given = {"duration_ms": 100.0, "status": 200, "request_headers": {}, "response_headers": []}
    return Attempt(**{**given, "response_body": b"", "is_cut": False, **facts})


def test_each_step_is_as_wide_as_it_was_long() -> None:
    view = view_of(_attempt(dns_ms=10.0, connect_ms=20.0, tls_ms=30.0, first_byte_ms=40.0))

    assert [(part.kind, part.percent) for part in view.parts] == [
        *(("dns", 10.0), ("connect", 20.0), ("tls", 30.0), ("wait", 40.0), ("rest", 1.0))
    ]


def test_kept_connection_only_waits() -> None:
    view = view_of(_attempt(first_byte_ms=90.0))

    assert [(part.name, part.ms) for part in view.parts] == [("first byte", 90.0), ("rest", 10.0)]


def test_time_without_an_answer_is_the_failure() -> None:
    view = view_of(_attempt(dns_ms=2.0, status=None, error="timed_out"))

    assert (view.parts[-1].name, view.parts[-1].ms) == ("until it failed", 98.0)
    assert view.answer == "None (timed_out)"


def test_attempt_that_took_no_time_has_a_bar() -> None:
    (part,) = view_of(_attempt(duration_ms=0.0, status=None, error="too_large")).parts

    assert part.percent == 1.0
