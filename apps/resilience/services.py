"""The door of resilience: how other apps reach servers that may be slow, dead or hostile."""

from apps.resilience.breaker import Breaker
from apps.resilience.counting import count_in_window
from apps.resilience.courier import Courier
from apps.resilience.draining import drain, record_all
from apps.resilience.hints import Hint, send_task_briefly
from apps.resilience.outbound_loop import (
    close_outbound_client,
    outbound_client,
    run_outbound,
    trusting_client,
)
from apps.resilience.outbound_urls import check_url
from apps.resilience.redis import RedisRole, asyncio_redis_client, redis_client

__all__ = [
    "Breaker",
    "Courier",
    "Hint",
    "RedisRole",
    "asyncio_redis_client",
    "check_url",
    "close_outbound_client",
    "count_in_window",
    "drain",
    "outbound_client",
    "record_all",
    "redis_client",
    "run_outbound",
    "send_task_briefly",
    "trusting_client",
]
