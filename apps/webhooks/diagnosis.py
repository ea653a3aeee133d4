"""The doctor's judgement: what a receiver's answers to the probes say, in words for its owner."""

from collections.abc import Sequence
from dataclasses import replace

from apps.resilience.types import OutboundResponse
from apps.webhooks.probes import DUPLICATE_HEADER, Expected, Probe
from apps.webhooks.types import CheckResult, CheckVerdict, Finding

SLOW_MS = 5000.0


def judged(probe: Probe, response: OutboundResponse) -> CheckResult:
    """Return how the receiver did in one check that it answered."""
    verdict, got = _verdict(probe.expected, response)
    return CheckResult(
        name=probe.name,
        sent=probe.sent,
        expected=probe.expected.value,
        status=response.status,
        got=got,
        verdict=verdict,
        advice=_advice(probe, verdict, response.timing.total_ms),
        duration_ms=response.timing.total_ms,
    )


def unanswered(probe: Probe, reason: str, *, duration_ms: float) -> CheckResult:
    """Return a check without an answer."""
    return CheckResult(
        name=probe.name,
        sent=probe.sent,
        expected=probe.expected.value,
        status=None,
        got=reason,
        verdict=CheckVerdict.FAILED,
        advice="Answer every request, also those that you refuse.",
        duration_ms=duration_ms,
    )


def in_the_light_of_the_first(results: Sequence[CheckResult]) -> list[CheckResult]:
    """Return the results; where nothing genuine is accepted, a refusal proves nothing."""
    if not results or results[0].verdict != CheckVerdict.FAILED:
        return list(results)
    return [
        replace(
            each,
            verdict=CheckVerdict.UNKNOWN,
            advice="Your server refuses genuine events too, so this proves nothing.",
        )
        if each.verdict == CheckVerdict.PASSED
        else each
        for each in results
    ]


def finding_of(results: Sequence[CheckResult]) -> Finding:
    """Return what all checks together come to."""
    if all(each.status is None for each in results):
        return Finding.UNREACHABLE
    has_failed = any(each.verdict == CheckVerdict.FAILED for each in results)
    return Finding.UNSOUND if has_failed else Finding.SOUND


def _verdict(expected: Expected, response: OutboundResponse) -> tuple[CheckVerdict, str]:
    got = str(response.status)
    if expected == Expected.REFUSED:
        is_right = 400 <= response.status < 500
        return (CheckVerdict.PASSED if is_right else CheckVerdict.FAILED), got
    if not 200 <= response.status < 300:
        return CheckVerdict.FAILED, got
    if expected == Expected.ACCEPTED:
        return CheckVerdict.PASSED, got
    said = {name.lower(): value.strip().lower() for name, value in response.headers}
    if said.get(DUPLICATE_HEADER) == "true":
        return CheckVerdict.PASSED, f"{got}, recognised as a duplicate"
    return CheckVerdict.UNKNOWN, got


def _advice(probe: Probe, verdict: CheckVerdict, duration_ms: float) -> str:
    if verdict == CheckVerdict.FAILED:
        return probe.advice
    if verdict == CheckVerdict.UNKNOWN:
        return (
            "Whether you do the work twice cannot be seen from here. Answer duplicates with the "
            f"header `{DUPLICATE_HEADER}: true`, and it can."
        )
    if duration_ms > SLOW_MS:
        return f"It took {duration_ms / 1000:.0f} s. Take the event in, answer, then do the work."
    return ""
