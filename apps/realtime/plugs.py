"""What realtime plugs into others: a consumer of the event log."""

from apps.events.ports import consumers
from apps.realtime.consumer import RealtimeConsumer

consumers.register(RealtimeConsumer())
