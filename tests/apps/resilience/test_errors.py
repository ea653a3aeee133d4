"""What an outbound failure carries, and what a client may read of it."""

from apps.kernel.errors import catalogue
from apps.resilience.errors import OutboundFailed
from apps.resilience.types import FailureKind, OutboundTiming


def test_failed_call_carries_its_kind_and_timing() -> None:
    timing = OutboundTiming(dns_ms=3.0, total_ms=5000.0)

    failure = OutboundFailed("No answer.", kind=FailureKind.TIMED_OUT, timing=timing)

    assert (failure.kind, failure.timing) == (FailureKind.TIMED_OUT, timing)
    assert (failure.detail, failure.status) == ("No answer.", 502)


def test_errors_of_resilience_are_in_the_catalogue() -> None:
    codes = {error.code for error in catalogue()}

    assert {
        "resilience.unusable_url",
        "resilience.forbidden_address",
        "resilience.outbound_failed",
    } <= codes
