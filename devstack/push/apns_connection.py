"""One HTTP/2 connection to APNs: streams, windows, GOAWAY and resets (RFC 9113)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame
from typing_extensions import override

from devstack.push import apns
from devstack.push.answers import Answer, Answers
from devstack.push.header_blocks import PlainEncoder, QuickDecoder
from devstack.push.journal import Journal, Push

# Before a good token was seen, and after (as Apple does it).
STRANGER_STREAMS = 1
FRIEND_STREAMS = 1000
# On top of the 64 KiB that all streams begin with.
CONNECTION_WINDOW = 1024 * 1024
# What a request of APNs can hold, several times over.
LARGEST_BODY = 65536

# Headers are judged as APNs does, not as h2 would: that takes it half of its time.
_CONFIGURATION = H2Configuration(
    client_side=False,
    header_encoding=None,
    validate_inbound_headers=False,
    normalize_inbound_headers=False,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)


@dataclass
class Faults:
    """How ill the server is; counted in streams, which are requests."""

    # GOAWAY after so many streams of a connection; 0 for never.
    goaway_after_streams: int = 0
    max_concurrent_streams: int = FRIEND_STREAMS
    # What a client may send of one body before it has to wait.
    initial_window_size: int = 65535


@dataclass
class House:
    """What all connections share."""

    gate: apns.Gate
    journal: Journal
    answers: Answers
    faults: Faults = field(default_factory=Faults)
    connections: set[Connection] = field(default_factory=set)
    # How many there have been.
    opened: int = 0


@dataclass
class _Stream:
    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)


class Connection(asyncio.Protocol):
    """Speaks HTTP/2 with one client, and lets `apns` judge what it asks."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._h2 = H2Connection(_CONFIGURATION)
        self._h2.encoder, self._h2.decoder = PlainEncoder(), QuickDecoder()
        self._streams: dict[int, _Stream] = {}
        self._unsent: dict[int, bytes] = {}
        self._team = ""
        self._served = 0
        # Streams above are not looked at any more.
        self._last_stream: int | None = None
        # Some of what came in together has not been looked at yet.
        self._is_reading = False
        self._transport: asyncio.Transport | None = None
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            RequestReceived: self._begin,
            DataReceived: self._gather,
            StreamEnded: self._judge,
            StreamReset: self._forget,
            WindowUpdated: self._send_rest,
            RemoteSettingsChanged: self._send_rest,
            ConnectionTerminated: self._part,
        }

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the client."""
        # Not by isinstance: uvloop's transports are no subclass.
        self._transport = cast("asyncio.Transport", transport)
        self._house.connections.add(self)
        self._house.opened += 1
        self._h2.local_settings = Settings(
            client=False,
            initial_values={
                SettingCodes.MAX_CONCURRENT_STREAMS: STRANGER_STREAMS,
                SettingCodes.INITIAL_WINDOW_SIZE: self._house.faults.initial_window_size,
            },
        )
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(CONNECTION_WINDOW)
        self._flush()

    @override
    def connection_lost(self, reason: Exception | None) -> None:
        """Forget it."""
        self._house.connections.discard(self)
        self._streams.clear()

    @override
    def data_received(self, data: bytes) -> None:
        """Answer what has come in whole."""
        self._is_reading = True
        try:
            for event in self._h2.receive_data(data):
                self._take(event)
        except ProtocolError:
            self._flush()
            self.cut()
            return
        finally:
            self._is_reading = False
        self._flush()
        self._leave_if_done()

    def go_away(self) -> None:
        """Announce the end: what has begun is answered, the rest is to be sent elsewhere."""
        if self._last_stream is not None or self._transport is None:
            return
        self._last_stream = self._h2.highest_inbound_stream_id
        frame = GoAwayFrame(
            0, self._last_stream, ErrorCodes.NO_ERROR, additional_data=b'{"reason":"Shutdown"}'
        )
        self._flush()
        # By hand: h2 would end the connection at once, with all that is being answered.
        self._transport.write(frame.serialize())
        self._leave_if_done()

    def cut(self) -> None:
        """Break the connection off."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, event: Event) -> None:
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _begin(self, event: RequestReceived) -> None:
        if self._last_stream is None or event.stream_id <= self._last_stream:
            self._streams[event.stream_id] = _Stream(
                {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            )

    def _gather(self, event: DataReceived) -> None:
        self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        stream = self._streams.get(event.stream_id)
        if stream is not None and len(stream.body) <= LARGEST_BODY:
            stream.body += event.data

    def _judge(self, event: StreamEnded) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        body = bytes(stream.body)
        verdict = apns.judge(self._house.gate, stream.headers, body, self._team)
        verdict.id = verdict.id or str(uuid4()).upper()
        self._welcome(verdict.team)
        answer = None
        if verdict.status == 200:
            answer = self._house.answers.next_for("apns", verdict.token)
        if answer is None:
            self._finish(event.stream_id, verdict, body)
        else:
            self._follow(answer, event.stream_id, verdict, body)
        self._served += 1
        if self._served == self._house.faults.goaway_after_streams:
            self.go_away()

    def _welcome(self, team: str) -> None:
        if team and not self._team:
            self._team = team
            allowed = self._house.faults.max_concurrent_streams
            changed: dict[SettingCodes | int, int] = {SettingCodes.MAX_CONCURRENT_STREAMS: allowed}
            self._h2.update_settings(changed)

    def _follow(
        self, answer: Answer, stream_id: int, verdict: apns.ApnsVerdict, body: bytes
    ) -> None:
        if answer.code:
            apns.scripted(verdict, answer)
        elif answer.action != "answer":
            verdict.status, verdict.code = 0, answer.action
        if not answer.delay_seconds:
            self._finish(stream_id, verdict, body)
            return
        loop = asyncio.get_running_loop()
        loop.call_later(answer.delay_seconds, self._finish_late, stream_id, verdict, body)

    def _finish_late(self, stream_id: int, verdict: apns.ApnsVerdict, body: bytes) -> None:
        self._finish(stream_id, verdict, body)
        self._flush()
        self._leave_if_done()

    def _finish(self, stream_id: int, verdict: apns.ApnsVerdict, body: bytes) -> None:
        """Write it down and answer; nobody may be there any more."""
        self._house.journal.write(
            Push(
                service="apns",
                token=verdict.token,
                status=verdict.status,
                code=verdict.code,
                id=verdict.id,
                headers=verdict.headers,
                body=body,
                sender=verdict.team,
            )
        )
        if verdict.code == "hang":
            return
        if self._streams.pop(stream_id, None) is None:
            return
        if verdict.code == "reset":
            self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        else:
            self._send(stream_id, verdict)

    def _send(self, stream_id: int, verdict: apns.ApnsVerdict) -> None:
        headers = [(":status", str(verdict.status)), ("apns-id", verdict.id)]
        if "retry-after" in verdict.headers:
            headers.append(("retry-after", verdict.headers["retry-after"]))
        self._h2.send_headers(stream_id, headers, end_stream=not verdict.body)
        if verdict.body:
            self._unsent[stream_id] = verdict.body
            self._send_rest()

    def _send_rest(self, _: Event | None = None) -> None:
        """Send what the client's windows let through, in order."""
        for stream_id, body in list(self._unsent.items()):
            if self._h2.local_flow_control_window(stream_id) < len(body):
                return
            del self._unsent[stream_id]
            self._h2.send_data(stream_id, body, end_stream=True)

    def _forget(self, event: StreamReset) -> None:
        self._streams.pop(event.stream_id, None)
        self._unsent.pop(event.stream_id, None)

    def _part(self, _: ConnectionTerminated) -> None:
        self.cut()

    def _flush(self) -> None:
        assert self._transport is not None
        out = self._h2.data_to_send()
        if out and not self._transport.is_closing():
            self._transport.write(out)

    def _leave_if_done(self) -> None:
        is_answered = not self._is_reading and not self._streams and not self._unsent
        if self._last_stream is not None and is_answered:
            assert self._transport is not None
            self._transport.close()
