"""Where an outbound call spends its time, noted as aiohttp and the TLS layer pass each step."""

import asyncio
import socket
import ssl
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from apps.resilience.types import OutboundLimits, OutboundTiming


class Stopwatch:
    """The moments of one call; also where the guard notes that it refused an address."""

    def __init__(self, limits: OutboundLimits) -> None:
        self.limits = limits
        self.started = perf_counter()
        self.moments: dict[str, float] = {}
        self.refused_address = ""

    def mark(self, moment: str) -> None:
        """Note that a moment is now."""
        self.moments[moment] = perf_counter()

    def timing(self) -> OutboundTiming:
        """Return the steps so far."""
        has_tls = "tls" in self.moments
        return OutboundTiming(
            dns_ms=self._between("lookup", "resolved"),
            connect_ms=self._between("dialled", "tls" if has_tls else "connected"),
            tls_ms=self._between("tls", "connected"),
            first_byte_ms=self._between("connected", "answered"),
            total_ms=round((perf_counter() - self.started) * 1000, 3),
        )

    def _between(self, first: str, second: str) -> float | None:
        if first not in self.moments or second not in self.moments:
            return None
        return round((self.moments[second] - self.moments[first]) * 1000, 3)


# Tasks that aiohttp starts for a call inherit it.
running: ContextVar[Stopwatch] = ContextVar("outbound_stopwatch")


class TimedNames(AbstractResolver):
    """Marks when a name is looked up and found; asked only for names that are not remembered."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        running.get().mark("lookup")
        async with asyncio.timeout(running.get().limits.resolve_seconds):
            found = await self._resolver.resolve(host, port, family)
        running.get().mark("resolved")
        return found

    @override
    async def close(self) -> None:
        await self._resolver.close()


class TimedTls(ssl.SSLContext):
    """Verifies like the default context, and marks when the handshake begins.

    aiohttp reports connection and handshake as one step; asyncio asks the context for its
    object right after the one and before the other.
    """

    @override
    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        running.get().mark("tls")
        return super().wrap_bio(*args, **kwargs)


def verifying_context() -> ssl.SSLContext:
    """Return a context that checks certificate and host name, for HTTP/1.1."""
    context = TimedTls(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    return context
