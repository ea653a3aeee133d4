"""What webhooks plugs into others: a consumer of the event log."""

from collections.abc import Sequence

from apps.events.ports import consumers
from apps.events.types import LoggedEvent
from apps.webhooks import services, tasks


class WebhookConsumer:
    """Hears every event and writes what is to be delivered."""

    name = "webhooks"
    topics = ("*",)

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Write messages and deliveries, in the transaction that moves the cursor."""
        services.fan_out(batch)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake a worker."""
        tasks.hint()


consumers.register(WebhookConsumer())
