"""The doctor's judgement, where a real receiver would take too long."""

import pytest

from apps.resilience.types import OutboundResponse, OutboundTiming
from apps.webhooks.diagnosis import finding_of, in_the_light_of_the_first, judged, unanswered
from apps.webhooks.probes import Expected, Probe


def _probe(expected: Expected) -> Probe:
    return Probe(
        name="x", sent="", expected=expected, body=b"", headers={}, advice="Mend your server."
    )


def _answered(status: int, *, ms: float = 5.0, **headers: str) -> OutboundResponse:
    return OutboundResponse(
        status=status,
        headers=tuple(headers.items()),
        body=b"",
        is_cut=False,
        timing=OutboundTiming(total_ms=ms),
    )


@pytest.mark.parametrize(
    ("expected", "status", "verdict"),
    [
        (Expected.ACCEPTED, 204, "passed"),
        (Expected.ACCEPTED, 301, "failed"),
        (Expected.ACCEPTED, 400, "failed"),
        (Expected.REFUSED, 400, "passed"),
        (Expected.REFUSED, 200, "failed"),
        (Expected.REFUSED, 503, "failed"),
        (Expected.ACCEPTED_AS_DUPLICATE, 200, "unknown"),
        (Expected.ACCEPTED_AS_DUPLICATE, 409, "failed"),
    ],
)
def test_status_decides(expected: Expected, status: int, verdict: str) -> None:
    assert judged(_probe(expected), _answered(status)).verdict == verdict


def test_duplicate_is_recognised_where_the_receiver_says_so() -> None:
    response = OutboundResponse(
        status=200,
        headers=(("Webhook-Duplicate", "True"),),
        body=b"",
        is_cut=False,
        timing=OutboundTiming(),
    )

    result = judged(_probe(Expected.ACCEPTED_AS_DUPLICATE), response)

    assert (result.verdict, result.advice) == ("passed", "")


def test_slow_receiver_is_advised_to_answer_first() -> None:
    assert "6 s" in judged(_probe(Expected.ACCEPTED), _answered(200, ms=6000)).advice


def test_finding_follows_from_the_worst() -> None:
    good = judged(_probe(Expected.ACCEPTED), _answered(200))
    bad = judged(_probe(Expected.REFUSED), _answered(200))
    none = unanswered(_probe(Expected.ACCEPTED), "Refused.", duration_ms=1.0)

    assert finding_of([good]) == "sound"
    assert finding_of([good, bad]) == "unsound"
    assert finding_of([good, none]) == "unsound"
    assert finding_of([none]) == finding_of([]) == "unreachable"
    assert in_the_light_of_the_first([]) == []
