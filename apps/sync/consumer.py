"""The consumer of the event log that tells devices to pull what others have changed."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

import structlog
from redis.exceptions import RedisError

from apps.events.types import LoggedEvent
from apps.kernel.background import load_background_app
from apps.kernel.clock import now
from apps.resilience.services import send_task_briefly
from apps.sync import services
from apps.sync.events import ChangesPushed
from apps.sync.hinting import Pace, changed_scopes
from apps.sync.metrics import HINTS_LOST
from apps.sync.ports import tables

log = structlog.get_logger("sync")

# Whoever was away for longer pulls when it comes back.
_STALE_AFTER = timedelta(minutes=10)


class HintConsumer:
    """Hears of pushes, and of all that apps announce whose tables are synced."""

    name = "sync"

    def __init__(self) -> None:
        self._pace = Pace()

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic of such an app: which of its rows an event is about, only it knows."""
        apps = {table.model._meta.app_label for table in tables}  # noqa: SLF001  Django's documented API
        return (ChangesPushed.topic, *(f"{label}.*" for label in sorted(apps)))

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Write nothing: what changed the rows themselves say."""

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Tell the devices of each scope: now, or as soon as its pace allows."""
        since = now() - _STALE_AFTER
        moment = monotonic()
        at_once: dict[str, str] = {}
        for scope, tag in changed_scopes([e for e in batch if e.recorded_at >= since]).items():
            delay = self._pace.delay(scope, moment)
            if delay == 0:
                at_once[scope] = tag
            elif delay is not None:
                _tell_later(scope, delay)
        if at_once:
            services.tell_changed(at_once)


def _tell_later(scope: str, seconds: float) -> None:
    """Let a worker tell everybody: more may change, by others, until it does."""
    from kombu.exceptions import OperationalError  # noqa: PLC0415  not at every start

    load_background_app()
    try:
        send_task_briefly("sync.tell_changed", scope, delay_seconds=seconds)
    except (RedisError, OperationalError, OSError) as error:
        HINTS_LOST.inc()
        log.warning("hint.lost", scope=scope, error=type(error).__name__)
