"""The outbound client: every call to a URL that a user or an operator gave us goes through it.

The address that is really dialled is judged when the socket is made, so neither a literal in
disguise nor a name that changes its answer (DNS rebinding) gets past. Redirects are never
followed, proxies of the environment and cookies are not used, bodies are not decompressed.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import asdict
from ipaddress import ip_address

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict

from apps.observability.selectors import outbound_headers
from apps.observability.services import record_outbound_call
from apps.resilience.addresses import may_be_dialled
from apps.resilience.errors import OutboundFailed
from apps.resilience.outbound_timing import Stopwatch, TimedNames, running, verifying_context
from apps.resilience.outbound_urls import allowed_networks
from apps.resilience.outbound_wire import Wire
from apps.resilience.types import FailureKind, OutboundLimits, OutboundResponse

log = structlog.get_logger("resilience")

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
# Shorter than the 5 s after which common servers close an idle connection: a request sent into
# a connection that is being closed would be a failure of ours.
KEEP_ALIVE_SECONDS = 4.0
CONNECTIONS_PER_HOST = 100
REMEMBER_NAMES_SECONDS = 30

_HEADERS = {"User-Agent": "Mainstay", "Accept": "*/*", "Accept-Encoding": "identity"}
_FAILURES = (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError, ValueError)


class AddressRefused(OSError):
    """The guard did not let a socket be made."""


class OutboundClient:
    """An HTTP client for one event loop; it keeps its connections until closed.

    Guarded, unless told that operators alone say whom it calls.
    """

    def __init__(
        self, *, resolver: AbstractResolver | None = None, is_guarded: bool = True
    ) -> None:
        """Make it inside the loop that will use it."""
        self._connector = aiohttp.TCPConnector(
            socket_factory=_guarded_socket if is_guarded else _socket,
            resolver=TimedNames(resolver or aiohttp.ThreadedResolver()),
            ssl=verifying_context(),
            limit=0,
            limit_per_host=CONNECTIONS_PER_HOST,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            ttl_dns_cache=REMEMBER_NAMES_SECONDS,
        )
        self._wire = Wire(self._connector)

    async def request(
        self,
        method: str,
        url: str,
        *,
        purpose: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_at_most: int = 65536,
        limits: OutboundLimits | None = None,
    ) -> OutboundResponse:
        """Call the URL and return the answer, whatever its status.

        Takes at most 15 s, of which 5 s to connect, or what ``limits`` say, and reads at most
        ``read_at_most`` bytes of the answer's body; what is longer is cut and the connection
        closed. Sends the current
        correlation along, and is counted under its purpose. Raises OutboundFailed where there is
        no answer.
        """
        limits = limits or _usual_limits()
        stopwatch = Stopwatch(limits)
        running.set(stopwatch)
        all_headers = CIMultiDict(_HEADERS)
        all_headers.update(outbound_headers())
        all_headers.update(headers or {})
        try:
            async with asyncio.timeout(limits.total_seconds):
                received = await self._wire.exchange(
                    method,
                    url,
                    headers=all_headers,
                    body=body or b"",
                    read_at_most=read_at_most,
                    stopwatch=stopwatch,
                )
        except _FAILURES as error:
            raise _failure(error, stopwatch, purpose) from error
        timing = stopwatch.timing()
        record_outbound_call(purpose=purpose, outcome="answered", seconds=timing.total_ms / 1000)
        return OutboundResponse(
            status=received.status,
            headers=received.headers,
            body=received.body,
            is_cut=received.is_cut,
            timing=timing,
        )

    async def close(self) -> None:
        """Close all kept connections."""
        await self._connector.close()


def _usual_limits() -> OutboundLimits:
    return OutboundLimits(
        resolve_seconds=CONNECT_SECONDS,
        connect_seconds=CONNECT_SECONDS,
        first_byte_seconds=TOTAL_SECONDS,
        total_seconds=TOTAL_SECONDS,
    )


def _guarded_socket(address_info: aiohttp.AddrInfoType) -> socket.socket:
    socket_address = address_info[4]
    host = str(socket_address[0])
    if not may_be_dialled(ip_address(host), allowed=allowed_networks()):
        running.get().refused_address = host
        raise AddressRefused(host)
    return _socket(address_info)


def _socket(address_info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = address_info
    running.get().mark("dialled")
    return socket.socket(family=family, type=kind, proto=protocol)


def _failure(error: Exception, stopwatch: Stopwatch, purpose: str) -> OutboundFailed:
    kind, detail = _diagnosis(error, stopwatch)
    is_refused = kind == FailureKind.FORBIDDEN_ADDRESS
    if is_refused:
        # Where the name leads is for operators; its owner could map our network with it.
        log.warning("outbound.address_refused", address=stopwatch.refused_address)
    timing = stopwatch.timing()
    record_outbound_call(
        purpose=purpose,
        outcome="refused" if is_refused else "failed",
        seconds=timing.total_ms / 1000,
    )
    return OutboundFailed(detail, kind=kind, timing=timing)


def _diagnosis(error: Exception, stopwatch: Stopwatch) -> tuple[FailureKind, str]:
    if stopwatch.refused_address and isinstance(error, aiohttp.ClientConnectorError):
        return (
            FailureKind.FORBIDDEN_ADDRESS,
            "The host's address is not on the public internet; nothing was sent.",
        )
    for classes, kind, sentence in _DIAGNOSES:
        if isinstance(error, classes):
            return kind, sentence.format_map(asdict(stopwatch.limits))
    return FailureKind.DISCONNECTED, f"The call broke off ({type(error).__name__})."


# In this order: the classes of aiohttp overlap.
_DIAGNOSES: tuple[tuple[tuple[type[Exception], ...], FailureKind, str], ...] = (
    (
        (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError),
        FailureKind.INVALID_URL,
        "The URL cannot be called.",
    ),
    (
        (aiohttp.ClientConnectorDNSError,),
        FailureKind.NAME_NOT_RESOLVED,
        "The host name could not be resolved.",
    ),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        FailureKind.TLS_FAILED,
        "TLS failed: the certificate is not valid for the host, or the handshake broke off.",
    ),
    (
        (aiohttp.ConnectionTimeoutError,),
        FailureKind.TIMED_OUT,
        "No connection within {connect_seconds:.0f} s.",
    ),
    (
        (TimeoutError,),
        FailureKind.TIMED_OUT,
        "No complete answer within {total_seconds:.0f} s.",
    ),
    (
        (aiohttp.ClientConnectorError,),
        FailureKind.NOT_CONNECTED,
        "The host refused the connection or could not be reached.",
    ),
    (
        (aiohttp.ClientPayloadError,),
        FailureKind.DISCONNECTED,
        "The connection was closed in the middle of the answer.",
    ),
    (
        (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionError),
        FailureKind.DISCONNECTED,
        "The connection was closed before an answer came.",
    ),
    (
        (HttpProcessingError, ValueError),
        FailureKind.MALFORMED_ANSWER,
        "The answer was not valid HTTP.",
    ),
)
