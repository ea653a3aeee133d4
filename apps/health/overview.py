"""Health as the operator's start page shows it."""

from apps.console.types import Figure, Reading, Tone, Window
from apps.health.selectors import readiness
from apps.health.types import CheckReport, CheckState

_TONES = {
    CheckState.OK: Tone.GOOD,
    CheckState.WARNED: Tone.WARN,
    CheckState.UNKNOWN: Tone.CALM,
    CheckState.SILENT: Tone.BAD,
    CheckState.FAILED: Tone.BAD,
}


def health_reading(_: Window) -> Reading:
    """Read how each part is, as this process sees it now."""
    return Reading(figures=[_figure(report) for report in readiness().checks])


def _figure(report: CheckReport) -> Figure:
    took = "" if report.duration_ms is None else f"The last look took {report.duration_ms:,.0f} ms."
    return Figure(
        label=report.name.capitalize(),
        text=report.state.value,
        tone=_TONES[report.state],
        note=report.meaning or took,
    )
