"""What files plugs into others, and into itself: storages, scanners and purposes."""

from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.files import metrics
from apps.files.backlog import check_backlog, rendition_backlog
from apps.files.check_overview import HEALTH_CHECK, checks_reading, measured_checks
from apps.files.consumer import FileConsumer
from apps.files.default_purposes import DEFAULT_PURPOSES
from apps.files.examination import StorageExamination
from apps.files.person import SECTION
from apps.files.ports import purposes, scanners, storages
from apps.files.scanners.clamav import ClamavScanner
from apps.files.scanners.cloud import CloudScanner
from apps.files.scanners.embedded import EmbeddedScanner
from apps.files.storages.places import PLACES
from apps.files.stored_overview import (
    measured_files,
    states_reading,
    storage_reading,
    uploads_reading,
)
from apps.health.ports import Check, Probe, checks
from apps.kernel.ports import examinations
from apps.observability.ports import ScrapedGauges, scraped_gauges
from apps.observability.types import Metric


def _scanners_probe() -> Probe:
    from apps.files.probes import ScannersAnswer  # noqa: PLC0415  it takes half a second

    probe: Probe = ScannersAnswer()
    return probe


def _storage_probe() -> Probe:
    from apps.files.probes import StorageAnswers  # noqa: PLC0415  likewise

    probe: Probe = StorageAnswers()
    return probe


def _waiting() -> dict[Metric, float]:
    waiting = check_backlog()
    return {
        metrics.PENDING: waiting.pending,
        metrics.OLDEST_PENDING_SECONDS: waiting.oldest_seconds,
    }


def _to_be_made() -> dict[Metric, float]:
    waiting = rendition_backlog()
    return {
        metrics.RENDITIONS_PENDING: waiting.pending,
        metrics.OLDEST_RENDITION_SECONDS: waiting.oldest_due_seconds,
    }


for _place in PLACES:
    storages.register(_place)
for _scanner in (EmbeddedScanner(), ClamavScanner(), CloudScanner()):
    scanners.register(_scanner)
for _purpose in DEFAULT_PURPOSES:
    purposes.register(_purpose)
consumers.register(FileConsumer())
scraped_gauges.register(ScrapedGauges("files-checks", _waiting))
scraped_gauges.register(ScrapedGauges("files-renditions", _to_be_made))
checks.register(
    Check(
        name=HEALTH_CHECK,
        make=_scanners_probe,
        meaning="A scanner does not answer: new files stay pending until it does; nothing is lost, "
        "and nothing is served unscanned.",
        every_seconds=15,
        deadline_seconds=10,
    )
)
checks.register(
    Check(
        name="files-storage",
        make=_storage_probe,
        meaning="The storage of files cannot be used: nothing is uploaded, checked or served until "
        "it can; nothing is lost.",
        every_seconds=10,
        deadline_seconds=10,
    )
)
examinations.register(StorageExamination())
sources.register(Source(name="files-checks", measure=measured_checks))
charts.register(
    Chart(
        name="files-checks",
        title="Scanned files",
        about="Files per minute by what came of looking through them, and what waits now.",
        kind=Kind.BAR,
        unit="per minute",
        place=45,
        read=checks_reading,
    )
)
charts.register(
    Chart(
        name="files-storage",
        title="Stored files",
        about="Bytes of clean files by what they are for, added up once a minute.",
        kind=Kind.LINE,
        unit="MiB",
        place=44,
        read=storage_reading,
    )
)
charts.register(
    Chart(
        name="files-states",
        title="Files by state",
        about="How many files there are in each state, counted once a minute.",
        kind=Kind.LINE,
        unit="files",
        place=44,
        read=states_reading,
    )
)
charts.register(
    Chart(
        name="files-uploads",
        title="Uploads",
        about="Uploads that were begun, per minute, by the way they come.",
        kind=Kind.BAR,
        unit="per minute",
        place=43,
        read=uploads_reading,
    )
)
sources.register(Source(name="files", measure=measured_files))
person_sections.register(SECTION)
