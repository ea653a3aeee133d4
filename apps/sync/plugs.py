"""What sync plugs into others: hints, notices, and what operators see."""

from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.health.ports import Check, Probe, checks
from apps.notifications.ports import categories, rules, templates
from apps.observability.ports import ScrapedGauges, scraped_gauges
from apps.observability.types import Metric
from apps.sync import metrics, notices
from apps.sync.backlog import backlog
from apps.sync.consumer import HintConsumer
from apps.sync.horizon import horizon
from apps.sync.overview import measured_sync, operations_reading, pulls_reading
from apps.sync.person import SECTION


def _horizon_probe() -> Probe:
    from apps.sync.probes import HorizonMoves  # noqa: PLC0415  it takes half a second

    probe: Probe = HorizonMoves()
    return probe


def _waiting() -> dict[Metric, float]:
    waiting = backlog()
    return {metrics.OPEN_CONFLICTS: waiting.open_conflicts, metrics.QUEUED: waiting.queued}


def _horizon() -> dict[Metric, float]:
    at = horizon()
    return {
        metrics.HORIZON_TRANSACTIONS: at.transactions,
        metrics.OLDEST_WRITER_SECONDS: at.oldest_writer_seconds,
        metrics.OLDEST_PREPARED_SECONDS: at.oldest_prepared_seconds,
    }


consumers.register(HintConsumer())
categories.register(notices.CATEGORY)
for template in notices.TEMPLATES:
    templates.register(template)
for rule in notices.RULES:
    rules.register(rule)
scraped_gauges.register(ScrapedGauges("sync", _waiting))
scraped_gauges.register(ScrapedGauges("sync-horizon", _horizon))
checks.register(
    Check(
        name="sync-horizon",
        make=_horizon_probe,
        meaning="Somebody has forgotten to end a transaction: nothing is lost, but every pull "
        "looks at all that was committed since, and consumers of the event log wait for it.",
        every_seconds=15,
        deadline_seconds=5,
    )
)
sources.register(Source(name="sync", measure=measured_sync))
charts.register(
    Chart(
        name="sync-pulls",
        title="Pulls",
        about="Pages that devices pulled, per minute, by what they were.",
        kind=Kind.BAR,
        unit="per minute",
        place=46,
        read=pulls_reading,
    )
)
charts.register(
    Chart(
        name="sync-operations",
        title="Pushed operations",
        about="What devices did offline, per minute, by what became of it.",
        kind=Kind.BAR,
        unit="per minute",
        place=47,
        read=operations_reading,
    )
)
person_sections.register(SECTION)
