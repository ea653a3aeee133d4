"""Scanning: the scanners in use are asked together, and all of them must say clean."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from time import perf_counter

from django.conf import settings

from apps.files import metrics
from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.ports import scanners
from apps.files.types import Checked, Scanner, Verdict

LONGEST_SIGNATURES = 100


def scanners_in_use() -> tuple[Scanner, ...]:
    """Return the scanners that FILES_SCANNERS names, in its order.

    Raises ScannerUnavailable where it names none or an unknown one: without a scanner nothing
    becomes clean.
    """
    found = tuple(scanners.get(name) for name in settings.FILES_SCANNERS)
    if not found or None in found:
        raise ScannerUnavailable(f"FILES_SCANNERS is {settings.FILES_SCANNERS!r}.")
    return tuple(scanner for scanner in found if scanner is not None)


def signatures_in_use() -> str:
    """Return what all scanners in use know, in one word; raises ScannerUnavailable."""
    return joined((scanner.name, scanner.signatures()) for scanner in scanners_in_use())


def joined(known: Iterable[tuple[str, str]]) -> str:
    """Return versions of signatures, each with its scanner's name, as rows keep them."""
    text = "; ".join(f"{name} {version}" for name, version in known)
    return text if len(text) <= LONGEST_SIGNATURES else sha256(text.encode()).hexdigest()


def scan(content: Callable[[], Iterator[bytes]], *, size_bytes: int) -> Verdict:
    """Let every scanner in use read the content; the first that finds something has the say.

    ``content`` begins to read anew at each call. Raises ScannerUnavailable and ScanFailed: a file
    is clean only where all of them said so.
    """
    verdicts = [_asked(scanner, content(), size_bytes=size_bytes) for scanner in scanners_in_use()]
    found = next((each for each in verdicts if each.outcome is Checked.INFECTED), None)
    return Verdict(
        outcome=found.outcome if found else Checked.CLEAN,
        engine="+".join(verdict.engine for verdict in verdicts)[:40],
        signatures=joined((verdict.engine, verdict.signatures) for verdict in verdicts),
        threat=found.threat[:200] if found else "",
    )


def _asked(scanner: Scanner, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
    begun = perf_counter()
    outcome = "failed"
    try:
        verdict = scanner.scan(content, size_bytes=size_bytes)
        outcome = verdict.outcome.value
    except ScannerUnavailable:
        outcome = "unavailable"
        raise
    except ScanFailed:
        raise
    finally:
        metrics.SCANS.labels(scanner=scanner.name, outcome=outcome).inc()
        metrics.SCAN_SECONDS.labels(scanner=scanner.name).observe(perf_counter() - begun)
    return verdict
