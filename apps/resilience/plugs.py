"""What resilience offers: checks of Redis and of Celery's workers."""

from functools import partial

from apps.health.ports import Check, Probe, checks
from apps.kernel.background import load_background_app
from apps.resilience.redis import RedisRole, asyncio_redis_client

# ruff: noqa: PLC0415  django-health-check takes half a second to import, in the watch's threads


def _redis() -> Probe:
    from health_check.contrib.redis import Redis

    probe: Probe = Redis(client_factory=partial(asyncio_redis_client, RedisRole.FAST))
    return probe


def _celery() -> Probe:
    load_background_app()
    from health_check.contrib.celery import Ping

    # One answer is enough: without a limit each look would take its whole time.
    probe: Probe = Ping(limit=1)
    return probe


checks.register(
    Check(
        name="redis",
        make=_redis,
        meaning="Redis does not answer: nothing is cached, limits and wake-ups rest; "
        "nothing is lost.",
    )
)
checks.register(
    Check(
        name="celery",
        make=_celery,
        meaning="No Celery worker answers: background work waits; nothing is lost.",
        # A look asks every worker of the installation.
        every_seconds=30,
        deadline_seconds=5,
    )
)
