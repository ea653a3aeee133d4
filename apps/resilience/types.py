"""What crosses the door of resilience."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """Why an outbound call got no answer."""

    FORBIDDEN_ADDRESS = "forbidden_address"
    INVALID_URL = "invalid_url"
    NAME_NOT_RESOLVED = "name_not_resolved"
    NOT_CONNECTED = "not_connected"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    DISCONNECTED = "disconnected"
    MALFORMED_ANSWER = "malformed_answer"


@dataclass(frozen=True, kw_only=True)
class OutboundTiming:
    """Where an outbound call spent its time, in milliseconds; None for a step it did not take.

    A kept connection has no name resolution, connection and TLS of its own. The first byte is
    counted from the moment there was a connection, so it includes sending the request.
    """

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True, kw_only=True)
class OutboundLimits:
    """How long an outbound call may take, step by step and in all, in seconds.

    To connect includes to resolve, and TLS.
    """

    resolve_seconds: float
    connect_seconds: float
    first_byte_seconds: float
    total_seconds: float


@dataclass(frozen=True, kw_only=True)
class OutboundResponse:
    """An answer to an outbound call, with no more of its body than was asked for."""

    status: int
    headers: tuple[tuple[str, str], ...]
    # As it came over the wire: never decompressed, so that no bomb can unfold.
    body: bytes
    # More was on its way when reading stopped.
    is_cut: bool
    timing: OutboundTiming
