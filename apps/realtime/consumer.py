"""The consumer of the event log: numbers what channels carry, then tells the nodes."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from apps.events.types import LoggedEvent
from apps.realtime import services
from apps.realtime.orders import send_orders
from apps.realtime.relay import relay
from apps.realtime.revoking import orders_after


class RealtimeConsumer:
    """Hears every event and publishes it on the channels of its audience."""

    name = "realtime"
    topics = ("*",)

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Number the events, in the transaction that moves the cursor; tell of it once it is so."""
        publications = services.number_events(batch)
        if publications:
            transaction.on_commit(partial(relay, publications), robust=True)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Give the nodes orders: whom to disconnect, and which rooms to ask about again."""
        orders = orders_after(batch)
        if orders:
            send_orders(orders)
