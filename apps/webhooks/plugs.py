"""What webhooks plugs into others: a consumer of the event log, and what is encrypted."""

from collections.abc import Sequence

from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.events.types import LoggedEvent
from apps.kernel.background import load_background_app
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.keyring.types import Purpose
from apps.observability.ports import ScrapedGauges, scraped_gauges
from apps.webhooks import metrics, selectors, services
from apps.webhooks.models import Endpoint, EndpointSecret
from apps.webhooks.overview import measured_attempts, webhooks_reading
from apps.webhooks.person import SECTION
from apps.webhooks.secrets import place_of, place_of_headers


class WebhookConsumer:
    """Hears every event and writes what is to be delivered."""

    name = "webhooks"
    topics = ("*",)

    def __init__(self) -> None:
        # How many deliveries the batch in hand made: most events concern no endpoint.
        self._made = 0

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Write messages and deliveries, in the transaction that moves the cursor."""
        self._made = services.fan_out(batch)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake a worker if there is anything to send."""
        if not self._made:
            return
        load_background_app()
        from apps.webhooks import tasks  # noqa: PLC0415  it imports Celery

        tasks.hint.give()


consumers.register(WebhookConsumer())
scraped_gauges.register(ScrapedGauges("webhooks", lambda: metrics.of_backlog(selectors.backlog())))
encrypted_columns.register(
    EncryptedColumn(
        name="webhooks.endpointsecret.ciphertext",
        purpose=Purpose.WEBHOOK_SECRET,
        rows=EndpointSecret.objects.all,
        field="ciphertext",
        context=place_of,
    )
)
encrypted_columns.register(
    EncryptedColumn(
        name="webhooks.endpoint.sealed_headers",
        purpose=Purpose.WEBHOOK_SECRET,
        rows=Endpoint.objects.all,
        field="sealed_headers",
        context=lambda endpoint: place_of_headers(endpoint.public_id),
    )
)
sources.register(Source(name="webhooks", measure=measured_attempts))
charts.register(
    Chart(
        name="webhooks",
        title="Webhooks",
        about="Attempts per minute by what came of them, and what waits to be sent now.",
        kind=Kind.BAR,
        unit="per minute",
        place=40,
        read=webhooks_reading,
    )
)
person_sections.register(SECTION)
