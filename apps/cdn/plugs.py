"""What the CDN plugs into others: its providers, a hearer of the log, a check, gauges, a card."""

from collections.abc import Sequence

from apps.cdn import metrics, selectors
from apps.cdn.examination import CdnExamination
from apps.cdn.overview import measured_requests, requests_reading
from apps.cdn.ports import providers
from apps.cdn.providers.cloudflare import Cloudflare
from apps.cdn.providers.http import Http
from apps.console.ports import Chart, Source, charts, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.events.types import LoggedEvent
from apps.health.ports import Check, Probe, checks
from apps.kernel.background import load_background_app
from apps.kernel.ports import examinations
from apps.observability.ports import ScrapedGauges, scraped_gauges


class PurgeConsumer:
    """Hears of purges, whose rows are there already, and wakes who sends them."""

    name = "cdn"
    topics = ("cdn.purge.requested",)

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Write nothing: the rows are the truth, and the beat finds them too."""

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake a worker."""
        load_background_app()
        from apps.cdn import tasks  # noqa: PLC0415  it imports Celery

        tasks.hint.give()


def _probe() -> Probe:
    from apps.cdn.probes import CdnForgets  # noqa: PLC0415  it takes half a second

    probe: Probe = CdnForgets()
    return probe


providers.register(Cloudflare())
providers.register(Http())
consumers.register(PurgeConsumer())
checks.register(
    Check(
        name="cdn",
        make=_probe,
        meaning="The CDN takes no purges, or too few: what is deleted may be seen there longer. "
        "Nothing is lost; all of it is sent once the CDN answers.",
        every_seconds=10,
    )
)
scraped_gauges.register(ScrapedGauges("cdn", lambda: metrics.of_state(selectors.state())))
sources.register(Source(name="cdn", measure=measured_requests))
charts.register(
    Chart(
        name="cdn",
        title="CDN purges",
        about="Requests per minute that told the CDN what to forget, by what came of them.",
        kind=Kind.BAR,
        unit="per minute",
        place=52,
        read=requests_reading,
    )
)
examinations.register(CdnExamination())
