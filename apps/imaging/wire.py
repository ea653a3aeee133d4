"""The messages between Mainstay and the processes that decode: a JSON header, then bytes.

JSON and no pickle: who decodes hostile bytes may be taken over, and must not reach us by what it
answers.
"""

import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_PREFIX = struct.Struct("!I")
# Of a header, and of all that follows it.
_MOST_HEADER_BYTES = 64 * 1024
_MOST_BODY_BYTES = 256 * 1024 * 1024


class ChannelClosed(Exception):
    """The other side is gone, or says what is no message."""


@dataclass(frozen=True)
class Message:
    """What one side says: words, and bytes."""

    header: Mapping[str, Any]
    bodies: Sequence[bytes] = field(default=())


def send(channel: socket.socket, message: Message, *, until: float | None = None) -> None:
    """Write a message; raises TimeoutError after ``until`` (`time.monotonic`), ChannelClosed."""
    sizes = [len(body) for body in message.bodies]
    header = json.dumps({**message.header, "sizes": sizes}).encode()
    try:
        for piece in (_PREFIX.pack(len(header)) + header, *message.bodies):
            channel.settimeout(_seconds_left(until))
            channel.sendall(piece)
    except TimeoutError:
        raise
    except OSError as problem:
        raise ChannelClosed from problem


def receive(channel: socket.socket, *, until: float | None = None) -> Message:
    """Read a message; raises TimeoutError after ``until`` (`time.monotonic`), ChannelClosed."""
    (length,) = _PREFIX.unpack(_read(channel, _PREFIX.size, until))
    if length > _MOST_HEADER_BYTES:
        raise ChannelClosed
    try:
        header = json.loads(bytes(_read(channel, length, until)))
        sizes = [int(size) for size in header.pop("sizes")]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ChannelClosed from problem
    if sum(sizes) > _MOST_BODY_BYTES or min(sizes, default=0) < 0:
        raise ChannelClosed
    return Message(header, [bytes(_read(channel, size, until)) for size in sizes])


def _read(channel: socket.socket, size: int, until: float | None) -> bytearray:
    content = bytearray(size)
    view = memoryview(content)
    while view:
        channel.settimeout(_seconds_left(until))
        try:
            count = channel.recv_into(view)
        except TimeoutError:
            raise
        except OSError as problem:
            raise ChannelClosed from problem
        if not count:
            raise ChannelClosed
        view = view[count:]
    return content


def _seconds_left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
