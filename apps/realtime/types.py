"""The words of realtime: names of channels, what is published on them, who is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db.models import TextChoices

USER = "user"
ROOM = "room"


class Transport(TextChoices):
    """How a client is connected."""

    WEBSOCKET = "websocket", "WebSocket"
    SSE = "sse", "Server-sent events with emulation"
    HTTP_STREAM = "http_stream", "HTTP stream with emulation"
    EVENT_STREAM = "event_stream", "Plain event stream"


class Codec(TextChoices):
    """How frames are written."""

    JSON = "json", "JSON"
    PROTOBUF = "protobuf", "Protobuf"


class CloseCode(IntEnum):
    """Why a connection is closed: Centrifugo's codes where it has one, ours from 4000 on.

    Clients come back after 3000 to 3499 and 4000 to 4499; the others are final
    (centrifugal.dev, client protocol, "disconnect codes").
    """

    # Nobody is there any more (RFC 6455 section 7.1.5); never sent.
    GONE = 1006
    SHUTDOWN = 3001
    EXPIRED = 3005
    SLOW = 3008
    INSUFFICIENT_STATE = 3010
    NO_PONG = 3012
    TOO_MANY_REQUESTS = 3013
    INVALID_TOKEN = 3500
    BAD_REQUEST = 3501
    STALE = 3502
    FORCED = 3503
    CONNECTION_LIMIT = 3504
    # The session or the account has ended; signing in again is what helps.
    SESSION_ENDED = 4501


@dataclass(frozen=True, kw_only=True)
class ChannelName:
    """What a channel's name says: for whom it is, or for which room."""

    kind: str
    # Of the scope whose events it carries: "user", or the kind of a room.
    scope_kind: str
    scope_id: UUID

    @property
    def scope(self) -> str:
        """The scope of events that the channel carries, as audiences name it."""
        return f"{self.scope_kind}:{self.scope_id}"


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place in a channel: how many publications it has had, and in which life of it."""

    offset: int
    epoch: str


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One message on a channel; ``data`` is what clients are handed, as JSON bytes."""

    channel: str
    offset: int
    epoch: str
    data: bytes
    event_id: UUID
    published_at: datetime
    # Of the work that announced the event.
    correlation_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What a client has missed; complete if and only if ``is_recovered``."""

    position: Position
    publications: tuple[Publication, ...] = ()
    is_recovered: bool = False


@dataclass(frozen=True, kw_only=True)
class Presence:
    """One connection that is on a channel now."""

    client_id: str
    user_id: UUID
    connected_at: datetime
    node: str
    info: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SeenConnection:
    """What a node has seen of one of its connections so far."""

    client_id: UUID
    user_id: int
    session_id: UUID
    node: str
    transport: Transport
    client_name: str
    client_version: str
    opened_at: datetime
    closed_at: datetime | None = None
    close_code: int | None = None
    close_reason: str = ""
    # The last offset it was sent, by channel.
    positions: Mapping[str, int]
