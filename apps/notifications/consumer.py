"""Our ear at the event log: rules are followed, and workers are woken."""

from collections.abc import Sequence

from apps.events.types import LoggedEvent
from apps.kernel.background import load_background_app
from apps.notifications import services
from apps.notifications.events import NotificationRequested
from apps.notifications.ports import rules


class NotificationConsumer:
    """Hears what the rules are about, and that somebody asked for a notification."""

    name = "notifications"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of all rules that are plugged in, and our own."""
        heard = {topic for rule in rules for topic in rule.topics}
        return (NotificationRequested.topic, *sorted(heard))

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Follow the rules, in the transaction that moves the cursor."""
        services.follow_rules(batch)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake a worker."""
        load_background_app()
        from apps.notifications import tasks  # noqa: PLC0415  it imports Celery

        tasks.hint.give()
