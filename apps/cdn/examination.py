"""What the doctor looks at: how the CDN is set, and whether it takes purges."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from apps.cdn.selectors import has_cdn, state
from apps.cdn.types import CdnState
from apps.kernel.ports import Finding

_SLOW_SECONDS = 300.0


@dataclass(frozen=True)
class CdnExamination:
    """The CDN, where there is one."""

    name: str = "CDN"
    cure: str = "Set CDN_PROVIDER and what belongs to it, as docs/how-to says; or leave all empty."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen; raises where the tables are missing."""
        yield setting_finding()
        if has_cdn():
            yield state_finding(state())


def setting_finding() -> Finding:
    """Judge whether the settings fit together."""
    provider, base = settings.CDN_PROVIDER, settings.CDN_BASE_URL
    if base and not provider:
        return Finding(
            "CDN_BASE_URL is set, and nobody is told what to forget",
            "Set CDN_PROVIDER: what is deleted would be served by the CDN for an hour.",
        )
    if provider and not base:
        return Finding(
            f"purges go to {provider}, but no URL of ours leads there",
            "Set CDN_BASE_URL, unless the CDN stands in front of BASE_URL itself.",
        )
    return Finding(f"purges go to {provider}" if provider else "no CDN is set")


def state_finding(found: CdnState) -> Finding:
    """Judge whether purges are taken."""
    if found.failing_since:
        return Finding(
            f"no purge was taken since {found.failing_since:%Y-%m-%d %H:%M} UTC: {found.problem}",
            "Mend what it says; purges wait, and are sent once the CDN answers.",
        )
    if found.oldest_seconds > _SLOW_SECONDS:
        return Finding(
            f"{found.pending} purges wait, the first for {found.oldest_seconds:.0f} s",
            "See that a worker runs; of Cloudflare, ask whether your plan allows more requests.",
        )
    return Finding(f"{found.pending} purges wait")
