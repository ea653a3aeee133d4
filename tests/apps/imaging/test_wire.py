"""Messages arrive whole or not at all, whatever the other side says."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from apps.imaging.wire import ChannelClosed, Message, receive, send

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two ends of a channel."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def said(header: object) -> bytes:
    """Return a message with this header and no bodies, as it goes over the wire."""
    text = json.dumps(header).encode()
    return struct.pack("!I", len(text)) + text


def test_message_arrives_as_it_was_sent(pair: Pair) -> None:
    bodies = [b"", b"x" * 1_000_000, b"\x00\xff"]
    sender = threading.Thread(target=send, args=[pair[0], Message({"do": "it"}, bodies)])
    sender.start()

    message = receive(pair[1])

    sender.join()
    assert (message.header, list(message.bodies)) == ({"do": "it"}, bodies)


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\x00\x00",
        struct.pack("!I", 2**32 - 1),
        struct.pack("!I", 3) + b"{}}",
        said([]),
        said({}),
        said({"sizes": [-1]}),
        said({"sizes": ["many"]}),
        said({"sizes": [2**40]}),
        said({"sizes": [5]}) + b"1234",
    ],
)
def test_what_is_no_message_closes_the_channel(pair: Pair, words: bytes) -> None:
    pair[0].sendall(words)
    pair[0].close()

    with pytest.raises(ChannelClosed):
        receive(pair[1])


def test_silence_ends(pair: Pair) -> None:
    with pytest.raises(TimeoutError):
        receive(pair[1], until=time.monotonic() + 0.01)
    with pytest.raises(TimeoutError):
        receive(pair[1], until=time.monotonic() - 1)


def test_who_does_not_listen_is_not_waited_for(pair: Pair) -> None:
    with pytest.raises(TimeoutError):
        send(pair[0], Message({}, [bytes(10_000_000)]), until=time.monotonic() + 0.01)


def test_who_is_gone_is_told_nothing(pair: Pair) -> None:
    pair[1].close()

    with pytest.raises(ChannelClosed):
        send(pair[0], Message({}, [bytes(10)]))
