"""Codecs: both say the same, and refuse what is no command."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.realtime.protocol.codecs import JSON, PROTOBUF, FrameCodec, Malformed, from_mapping

COMMANDS: list[dict[str, Any]] = [
    {"id": 1, "connect": {"token": "t", "subs": {"user:x": {"recover": True, "offset": 3}}}},
    {"id": 2, "subscribe": {"channel": "room:building:x", "join_leave": True}},
    {"id": 3, "publish": {"channel": "x", "data": b'{"a":[1,"\xc3\xa4"]}'}},
    {"id": 4, "history": {"channel": "x", "limit": -1, "since": {"offset": 7, "epoch": "e"}}},
    {"id": 5, "ping": {}},
    {},
]


def written(command: dict[str, Any], codec: FrameCodec) -> bytes:
    if codec is JSON:
        return JSON.reply(command)
    message = from_mapping("Command", command).SerializeToString()
    assert len(message) < 128
    return bytes([len(message)]) + message


@pytest.mark.parametrize("codec", [JSON, PROTOBUF])
def test_frame_of_several_commands_is_read(codec: FrameCodec) -> None:
    frame = codec.frame([written(command, codec) for command in COMMANDS])

    assert codec.commands(frame) == COMMANDS


@pytest.mark.parametrize(
    "frame",
    [
        *(b"nonsense", b"[]", b"1", b'{"id":1', b"\xff"),
        b'{"ping":' + b'{"a":' * 900 + b"1" + b"}" * 901,
        b'{"ping":{"data":' + b"[" * 900 + b"]" * 900 + b"}}",
        b'{"ping":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)
def test_json_that_is_no_command_is_refused(frame: bytes) -> None:
    with pytest.raises(Malformed):
        JSON.commands(frame)


@pytest.mark.parametrize("frame", [b"\x05", b"\xff\xff\xff\xff\xff\xff", b"\x02\x08", b"\x80"])
def test_protobuf_that_is_no_command_is_refused(frame: bytes) -> None:
    with pytest.raises(Malformed):
        PROTOBUF.commands(frame)


@given(st.binary(max_size=200))
def test_no_frame_breaks_the_reader(frame: bytes) -> None:
    for codec in (JSON, PROTOBUF):
        try:
            found = codec.commands(frame)
        except Malformed:
            continue
        assert all(isinstance(command, dict) for command in found)


def test_long_replies_say_their_length() -> None:
    reply = PROTOBUF.reply({"push": {"channel": "x", "pub": {"data": b"1" * 300, "offset": 1}}})

    assert reply[0] & 0x80
    assert len(reply) == (reply[0] & 0x7F | reply[1] << 7) + 2
