"""APNs: pushes as streams of one HTTP/2 connection per team, key and environment."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import orjson

from apps.notifications.payloads import apns_headers, apns_payload
from apps.notifications.providers.replies import Asked, answered, unanswered
from apps.notifications.types import Parcel, ProviderSettings, PushService, Reply

HOSTS: Mapping[str, str] = {
    "production": "api.push.apple.com:443",
    "sandbox": "api.sandbox.push.apple.com:443",
}
CONNECT_SECONDS = 10.0
# How often a request that the server never looked at is sent once more, over a new connection.
RESENDS = 3

# Team, key, environment and host: tokens of different teams may not meet on one connection.
Route = tuple[str, str, str, str, str]


class ApnsProvider:
    """Carries parcels to Apple with the account's shared provider token."""

    name = PushService.APNS.value

    def __init__(self) -> None:
        # A forked worker, or a test, has another loop.
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()

    async def send(self, parcel: Parcel, account: ProviderSettings | None) -> Reply:
        """Carry one parcel, once; again only what the server surely has not looked at."""
        from apps.notifications.providers.apns_http2 import (  # noqa: PLC0415  few processes send
            BrokenOff,
            NotProcessed,
        )

        assert account is not None
        asked = Asked()
        headers, body = _headers(parcel, account), apns_payload(parcel)
        pool = self._pool()
        for remaining in range(RESENDS, -1, -1):
            try:
                connection = await pool.connection(account)
                response = await connection.request(headers, body)
            except NotProcessed as error:
                if not remaining:
                    return unanswered(asked, code="not_processed", reason=str(error))
            except BrokenOff as error:
                return unanswered(asked, code="broken_off", reason=str(error))
            except ssl.SSLError as error:
                return unanswered(asked, code="tls_failed", reason=str(error))
            except OSError as error:
                return unanswered(asked, code="not_connected", reason=str(error))
            else:
                return _judged(asked, account, parcel, response)
        raise AssertionError("The last round has returned.")

    async def close(self) -> None:
        """Close the connections of the running loop."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.close()

    def _pool(self) -> "_Pool":
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = _Pool()
        return pool


@dataclass
class _Pool:
    """The connections of one loop; one for each route, and none made twice at once."""

    connections: dict[Route, Any] = field(default_factory=dict)
    locks: dict[Route, asyncio.Lock] = field(default_factory=dict)
    # Also those that take nothing new any more.
    opened: WeakSet[Any] = field(default_factory=WeakSet)

    async def connection(self, account: ProviderSettings) -> Any:
        route = _route(account)
        connection = self.connections.get(route)
        if connection is not None:
            return connection
        async with self.locks.setdefault(route, asyncio.Lock()):
            connection = self.connections.get(route)
            if connection is None:
                connection = self.connections[route] = await self._connected(route)
        return connection

    async def _connected(self, route: Route) -> Any:
        from apps.notifications.providers import apns_http2  # noqa: PLC0415  few processes send

        host, _, port = route[3].rpartition(":")

        def forget(ended: object) -> None:
            if self.connections.get(route) is ended:
                del self.connections[route]

        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await apns_http2.connected(
                host, int(port), context=_context(route[4]), on_end=forget
            )
        self.opened.add(connection)
        return connection

    async def close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self.opened))


def _route(account: ProviderSettings) -> Route:
    config = account.config
    environment = config.get("environment", "production")
    host = config.get("host") or HOSTS[environment]
    return (config["team_id"], config["key_id"], environment, host, config.get("ca_file", ""))


@lru_cache(maxsize=8)
def _context(ca_file: str) -> ssl.SSLContext:
    from apps.notifications.providers.apns_http2 import tls_context  # noqa: PLC0415  as above

    return tls_context(ca_file)


def _headers(parcel: Parcel, account: ProviderSettings) -> list[tuple[str, str]]:
    assert parcel.address is not None
    return [
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", _route(account)[3].rpartition(":")[0]),
        (":path", f"/3/device/{parcel.address.token}"),
        ("authorization", f"bearer {account.token}"),
        ("apns-topic", parcel.address.app_id or account.config.get("topic", "")),
        ("apns-id", str(parcel.reference)),
        *apns_headers(parcel).items(),
    ]


def _judged(asked: Asked, account: ProviderSettings, parcel: Parcel, response: Any) -> Reply:
    try:
        told: Any = orjson.loads(response.body) if response.body else {}
    except orjson.JSONDecodeError:
        told = {}
    told = told if isinstance(told, dict) else {}
    code = str(told.get("reason", ""))
    return answered(
        asked,
        account,
        status=response.status,
        code=code,
        # Apple gives back the id that it was given.
        provider_id=str(parcel.reference),
        retry_after=response.headers.get("retry-after", ""),
        gone_since=_moment(told.get("timestamp")),
    )


def _moment(milliseconds: object) -> datetime | None:
    """Return a moment that APNs tells in milliseconds, None for what is none."""
    if not isinstance(milliseconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
