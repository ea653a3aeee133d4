"""A small HTTP/2 client over TLS (RFC 9113) for what APNs needs: many short requests at once.

Ready-made clients break off all requests when the server says GOAWAY, or let the window run empty
(R2 section 3.3). This one keeps both windows, lets a server that goes away finish what it took, and
says of what it did not take that it may be sent again.
"""

import asyncio
import ssl
import struct
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from hpack import Decoder, HPACKError
from typing_extensions import override

from apps.notifications.providers.apns_headers import encoded

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEAD = struct.Struct(">HBBBI")

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    *(0x0, 0x1, 0x3, 0x4, 0x6, 0x7, 0x8, 0x9),
)
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20
_ENABLE_PUSH, _MAX_STREAMS, _INITIAL_WINDOW, _MAX_FRAME, _TABLE_SIZE = 0x2, 0x3, 0x4, 0x5, 0x1
_CANCEL, _REFUSED_STREAM, _NO_ERROR = 0x8, 0x7, 0x0

_FIRST_WINDOW = 65_535
# What a server may send us before it waits for our word; told anew when half of it is used up.
OUR_WINDOW = 128 * 1024
# Of an answer no more is kept: APNs says little.
MOST_OF_AN_ANSWER = 16 * 1024
# The most streams that are opened at once; none before the server has said how many it allows.
MOST_STREAMS = 1000
LARGEST_FRAME = 16_384
GOODBYE_SECONDS = 1.0
SILENT_SECONDS = 10.0
LAST_STREAM_ID = 2**31 - 1

Header = tuple[str, str]
# A block of headers that begins so says 200 (RFC 7541 appendix A).
_STATUS_200 = b"\x88"


class NotProcessed(ConnectionError):
    """The server has not looked at the request: it may be sent again (RFC 9113 section 8.7)."""


class BrokenOff(ConnectionError):
    """The request was sent, and the connection or stream ended before its answer."""


@dataclass
class Response:
    """An answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class _Stream:
    """A request under way."""

    answer: "asyncio.Future[Response]"
    window: int
    unsent: bytes
    response: Response = field(default_factory=Response)


class Connection(asyncio.Protocol):
    """One connection; any number of requests share it, in the loop it was made in."""

    def __init__(self, on_end: Callable[["Connection"], None]) -> None:
        self._on_end = on_end
        self._is_over = asyncio.Event()
        self._heard_at = asyncio.get_running_loop().time()
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder()
        self._received = bytearray()
        self._outgoing: list[bytes] = []
        self._is_flushing = False
        self._streams: dict[int, _Stream] = {}
        self._next_id = 1
        self._waiting: deque[asyncio.Future[None]] = deque()
        # Streams with a body that the windows have no room for yet.
        self._blocked: deque[int] = deque()
        self._knows_server, self._most_streams = False, 0
        self._window = self._first_window = _FIRST_WINDOW
        self._unacknowledged = 0
        self._header_block: tuple[int, bool, bytes] | None = None
        # No new requests: the server said GOAWAY, the ids are used up, or the connection ended.
        self.is_closing = False

    @property
    def has_room(self) -> bool:
        """Whether a request would begin at once."""
        return not self.is_closing and len(self._streams) < self._most_streams

    async def request(self, headers: Sequence[Header], body: bytes) -> Response:
        """Send a request and return its answer; the caller limits the time.

        Raises NotProcessed where the server surely has not seen it, and BrokenOff where it may
        have. Cancelled, it tells the server that nobody waits any more.
        """
        while not self.has_room:
            if self.is_closing:
                raise NotProcessed("The connection is closing.")
            await self._turn()
        stream_id, stream = self._open(headers, body)
        try:
            return await stream.answer
        except asyncio.CancelledError:
            if self._streams.pop(stream_id, None) is not None:
                self._send(RST_STREAM, 0, stream_id, struct.pack(">I", _CANCEL))
                self._after_stream()
                self._leave_the_silent()
            raise

    def _leave_the_silent(self) -> None:
        """Give a connection up that nothing comes from any more: its other end may be gone."""
        if asyncio.get_running_loop().time() - self._heard_at > SILENT_SECONDS:
            self._end(BrokenOff("Nothing has come from the server for long."))

    async def _turn(self) -> None:
        """Wait until there may be room."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # It may have been our turn already: then it is the next one's.
            self._let_in()
            raise

    async def close(self) -> None:
        """Say goodbye, and wait until it is over; requests under way break off."""
        self.is_closing = True
        transport = self._transport
        if transport is not None and not self._is_over.is_set():
            self._send(GOAWAY, 0, 0, struct.pack(">II", 0, _NO_ERROR))
            self._flush()
            transport.close()
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._is_over.wait()
            except TimeoutError:
                transport.abort()
                await self._is_over.wait()

    # What asyncio calls.

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not by isinstance: uvloop's transports are no subclass.
        self._transport = cast("asyncio.Transport", transport)
        # Without a table of headers, what an answer says need not be decoded to be left out.
        settings = struct.pack(
            ">HIHIHI", _ENABLE_PUSH, 0, _INITIAL_WINDOW, OUR_WINDOW, _TABLE_SIZE, 0
        )
        self._outgoing.append(PREFACE)
        self._send(SETTINGS, 0, 0, settings)
        self._send(WINDOW_UPDATE, 0, 0, struct.pack(">I", OUR_WINDOW - _FIRST_WINDOW))

    @override
    def data_received(self, data: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        self._received += data
        try:
            self._read_frames()
        except (HPACKError, struct.error, ValueError, IndexError) as error:
            self._end(BrokenOff(f"The server does not speak HTTP/2 ({type(error).__name__})."))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over.set()
        self._transport = None
        self._end(BrokenOff("The connection ended before the answer came."))

    # Sending.

    def _open(self, headers: Sequence[Header], body: bytes) -> tuple[int, _Stream]:
        stream_id = self._next_id
        self._next_id += 2
        if self._next_id > LAST_STREAM_ID:
            self.is_closing = True
        answer = asyncio.get_running_loop().create_future()
        stream = _Stream(answer, self._first_window, body)
        self._streams[stream_id] = stream
        self._send(HEADERS, END_HEADERS, stream_id, encoded(headers))
        self._send_body(stream_id, stream)
        return stream_id, stream

    def _send_body(self, stream_id: int, stream: _Stream) -> bool:
        """Send of a body what the windows have room for; return whether that is all of it."""
        while stream.unsent:
            room = min(self._window, stream.window, LARGEST_FRAME)
            if room <= 0:
                self._blocked.append(stream_id)
                return False
            piece, stream.unsent = stream.unsent[:room], stream.unsent[room:]
            self._window -= len(piece)
            stream.window -= len(piece)
            self._send(DATA, 0 if stream.unsent else END_STREAM, stream_id, piece)
        return True

    def _send_blocked(self) -> None:
        """Go on with the bodies that had no room."""
        for _ in range(len(self._blocked)):
            stream_id = self._blocked.popleft()
            stream = self._streams.get(stream_id)
            if stream is not None:
                self._send_body(stream_id, stream)

    def _send(self, kind: int, flags: int, stream_id: int, payload: bytes) -> None:
        size = len(payload)
        self._outgoing.append(_HEAD.pack(size >> 8, size & 0xFF, kind, flags, stream_id) + payload)
        if not self._is_flushing:
            # Once per turn of the loop: what begins together goes in one record of TLS.
            self._is_flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flushing = False
        outgoing, self._outgoing = self._outgoing, []
        if outgoing and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(outgoing))

    # Receiving.

    def _read_frames(self) -> None:
        buffer, start = self._received, 0
        while len(buffer) - start >= 9:
            high, low, kind, flags, stream_id = _HEAD.unpack_from(buffer, start)
            size = (high << 8) | low
            if size > LARGEST_FRAME:
                raise ValueError("The frame is larger than we allow.")
            if len(buffer) - start - 9 < size:
                break
            payload = bytes(buffer[start + 9 : start + 9 + size])
            start += 9 + size
            self._read_frame(kind, flags, stream_id & LAST_STREAM_ID, payload)
        del buffer[:start]

    def _read_frame(self, kind: int, flags: int, stream_id: int, payload: bytes) -> None:
        if self._header_block is not None and kind != CONTINUATION:
            raise ValueError("A block of headers is not continued.")
        reader = _READERS.get(kind)
        # Frames of other kinds are for others (RFC 9113 section 4.1).
        if reader is not None:
            reader(self, flags, stream_id, payload)

    def _read_data(self, flags: int, stream_id: int, payload: bytes) -> None:
        self._acknowledge(len(payload))
        stream = self._streams.get(stream_id)
        if stream is None:
            return
        content = _without_padding(flags, payload)
        room = MOST_OF_AN_ANSWER - len(stream.response.body)
        stream.response.body += content[:room]
        if flags & END_STREAM:
            self._finish(stream_id)

    def _acknowledge(self, size: int) -> None:
        """Give the server back its window; of single streams nobody uses up as much."""
        self._unacknowledged += size
        if self._unacknowledged > OUR_WINDOW // 2:
            self._send(WINDOW_UPDATE, 0, 0, struct.pack(">I", self._unacknowledged))
            self._unacknowledged = 0

    def _read_headers(self, flags: int, stream_id: int, payload: bytes) -> None:
        block = _without_padding(flags, payload)
        if flags & PRIORITY:
            block = block[5:]
        self._header_block = (stream_id, bool(flags & END_STREAM), block)
        if flags & END_HEADERS:
            self._finish_headers()

    def _read_continuation(self, flags: int, stream_id: int, payload: bytes) -> None:
        if self._header_block is None or self._header_block[0] != stream_id:
            raise ValueError("Headers are continued that never began.")
        _, is_end, block = self._header_block
        if len(block) > LARGEST_FRAME:
            raise ValueError("The headers are larger than we allow.")
        self._header_block = (stream_id, is_end, block + payload)
        if flags & END_HEADERS:
            self._finish_headers()

    def _finish_headers(self) -> None:
        assert self._header_block is not None
        stream_id, is_end, block = self._header_block
        self._header_block = None
        status, headers = self._decoded(block)
        stream = self._streams.get(stream_id)
        if stream is None:
            return
        # Not of informational answers, nor of trailers, which have no status.
        if status >= 200:
            stream.response.status = status
            stream.response.headers = headers
        if is_end:
            self._finish(stream_id)

    def _decoded(self, block: bytes) -> tuple[int, dict[str, str]]:
        """Return the status in a block of headers, and the headers of all answers but a 200.

        A server that keeps a table of headers, though we ask it not to, is read to the end: what
        follows would be misread otherwise.
        """
        if block[:1] == _STATUS_200 and not self._decoder.header_table_size:
            return 200, {}
        headers = dict(cast("list[Header]", self._decoder.decode(block)))
        return int(headers.pop(":status", "0")), headers

    def _read_reset(self, flags: int, stream_id: int, payload: bytes) -> None:
        del flags
        (code,) = struct.unpack(">I", payload)
        stream = self._streams.pop(stream_id, None)
        if stream is not None and not stream.answer.done():
            if code == _REFUSED_STREAM:
                stream.answer.set_exception(NotProcessed("The server refused the stream."))
            else:
                stream.answer.set_exception(BrokenOff(f"The server reset the stream ({code})."))
        self._after_stream()

    def _read_settings(self, flags: int, stream_id: int, payload: bytes) -> None:
        del stream_id
        if flags & ACK:
            return
        if not self._knows_server:
            self._knows_server, self._most_streams = True, MOST_STREAMS
        for name, value in struct.iter_unpack(">HI", payload):
            if name == _MAX_STREAMS:
                self._most_streams = min(value, MOST_STREAMS)
            elif name == _INITIAL_WINDOW:
                for stream in self._streams.values():
                    stream.window += value - self._first_window
                self._first_window = value
        self._send(SETTINGS, ACK, 0, b"")
        self._send_blocked()
        self._let_in()

    def _read_ping(self, flags: int, stream_id: int, payload: bytes) -> None:
        del stream_id
        if not flags & ACK:
            self._send(PING, ACK, 0, payload)

    def _read_goaway(self, flags: int, stream_id: int, payload: bytes) -> None:
        del flags, stream_id
        last_id, code = struct.unpack_from(">II", payload)
        reason = payload[8:].decode(errors="replace")
        self._stop_taking()
        for stream_id in [each for each in self._streams if each > last_id & LAST_STREAM_ID]:
            stream = self._streams.pop(stream_id)
            if not stream.answer.done():
                stream.answer.set_exception(
                    NotProcessed(f"The server went away ({code} {reason}).".replace(" )", ")"))
                )
        self._after_stream()

    def _read_window(self, flags: int, stream_id: int, payload: bytes) -> None:
        del flags
        (more,) = struct.unpack(">I", payload)
        if stream_id == 0:
            self._window += more
        elif stream_id in self._streams:
            self._streams[stream_id].window += more
        self._send_blocked()

    # Endings.

    def _finish(self, stream_id: int) -> None:
        stream = self._streams.pop(stream_id, None)
        if stream is None:
            return
        if stream.unsent:
            # It answered without having read the whole body.
            self._send(RST_STREAM, 0, stream_id, struct.pack(">I", _NO_ERROR))
        if not stream.answer.done():
            stream.answer.set_result(stream.response)
        self._after_stream()

    def _after_stream(self) -> None:
        """Let the next ones in; a connection that takes none closes behind its last."""
        self._let_in()
        if self.is_closing and not self._streams and self._transport is not None:
            self._transport.close()

    def _let_in(self) -> None:
        room = self._most_streams - len(self._streams)
        while self._waiting and (room > 0 or self.is_closing):
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1

    def _stop_taking(self) -> None:
        self.is_closing = True
        self._on_end(self)
        self._let_in()

    def _end(self, error: ConnectionError) -> None:
        self._stop_taking()
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            if not stream.answer.done():
                stream.answer.set_exception(error)
        if self._transport is not None:
            self._transport.abort()


def _without_padding(flags: int, payload: bytes) -> bytes:
    if not flags & PADDED:
        return payload
    padding = payload[0]
    if padding >= len(payload):
        raise ValueError("There is more padding than payload.")
    return payload[1 : len(payload) - padding]


_READERS: dict[int, Callable[[Connection, int, int, bytes], None]] = {
    DATA: Connection._read_data,  # noqa: SLF001  the class's own table
    HEADERS: Connection._read_headers,  # noqa: SLF001  as above
    RST_STREAM: Connection._read_reset,  # noqa: SLF001  as above
    SETTINGS: Connection._read_settings,  # noqa: SLF001  as above
    PING: Connection._read_ping,  # noqa: SLF001  as above
    GOAWAY: Connection._read_goaway,  # noqa: SLF001  as above
    WINDOW_UPDATE: Connection._read_window,  # noqa: SLF001  as above
    CONTINUATION: Connection._read_continuation,  # noqa: SLF001  as above
}


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Return a context that verifies the server, by the usual authorities or one's own."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.set_alpn_protocols(["h2"])
    return context


async def connected(
    host: str, port: int, *, context: ssl.SSLContext, on_end: Callable[[Connection], None]
) -> Connection:
    """Connect; raises OSError, and BrokenOff where the server does not speak HTTP/2."""
    loop = asyncio.get_running_loop()
    transport, connection = await loop.create_connection(
        lambda: Connection(on_end), host, port, ssl=context
    )
    if transport.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
        transport.abort()
        raise BrokenOff("The server does not offer HTTP/2.")
    return connection
