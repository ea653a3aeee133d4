"""Hints: a task that finds its work by itself is asked for at once, and no more than once."""

from typing import Protocol

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.resilience.redis import RedisRole, redis_client

log = structlog.get_logger("resilience")

# After so long a hint is taken for lost, and the next one is sent.
WAITING_MILLISECONDS = 5000
# For a broker that hangs; the beat looks every few seconds anyway.
_PUBLISHING_SECONDS = 0.1


class Counter(Protocol):
    """Counts up."""

    def inc(self) -> None:
        """Count one more."""


class Hint:
    """Wakes a worker for a task, by its name; takes at most 0.3 s, and may be lost.

    One that no worker has taken up yet stands for all that was committed before it is.
    """

    def __init__(self, task: str, *, lost: Counter) -> None:
        self._waiting = f"mainstay:hint:{task}"
        self._task = task
        self._lost = lost

    def give(self) -> None:
        """Ask for a run of the task, unless an earlier hint waits in the queue."""
        from kombu.exceptions import OperationalError  # noqa: PLC0415  not at every start

        try:
            redis = redis_client(RedisRole.FAST)
            if redis.set(self._waiting, 1, nx=True, px=WAITING_MILLISECONDS):
                self.publish()
        except (RedisError, OperationalError, OSError) as error:
            self._lost.inc()
            log.warning("hint.lost", hint=self._waiting, error=type(error).__name__)

    def take_up(self) -> None:
        """Let the next hint through: it may tell of what this run of the task does not see."""
        try:
            redis_client(RedisRole.FAST).delete(self._waiting)
        except RedisError as error:
            log.warning("hint.kept", hint=self._waiting, error=type(error).__name__)

    def publish(self) -> None:
        """Send the task to the broker; raises what kombu, redis or the socket raise."""
        send_task_briefly(self._task)


def send_task_briefly(task: str, *arguments: object, delay_seconds: float = 0.0) -> None:
    """Send a task to the broker, for a worker to begin after so long; gives a slow one up soon.

    Raises what kombu, redis or the socket raise.
    """
    from celery import current_app  # noqa: PLC0415  not at every start

    seconds = _PUBLISHING_SECONDS * settings.REDIS_PATIENCE
    waits = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "max_retries": 0}
    with current_app.connection_for_write(
        settings.CELERY_BROKER_URL, transport_options=waits
    ) as connection:
        current_app.send_task(
            task,
            args=arguments,
            countdown=delay_seconds or None,
            connection=connection,
            retry=False,
        )
