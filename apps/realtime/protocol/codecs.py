"""The two ways frames are written: JSON, one object per line; Protobuf, each after its length.

Commands and replies are plain dictionaries here, of the shape JSON has; "data" within them is
JSON as bytes, which is neither parsed nor written again on its way.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from apps.realtime.protocol.schema import message_class

_EMPTY = b"{}"
# Names of fields that hold JSON of the application's own.
_OPAQUE = frozenset({"data"})
# How deep commands go, but for what is opaque: one holds subs, which hold requests.
_DEEPEST = 4


class Malformed(ValueError):
    """A frame holds something that is no command."""


class FrameCodec(Protocol):
    """Reads commands from frames and writes replies."""

    name: str
    is_binary: bool

    def commands(self, frame: bytes) -> list[dict[str, Any]]:
        """Return the commands of a frame; raises Malformed."""

    def reply(self, reply: Mapping[str, Any]) -> bytes:
        """Return a reply or a push, as it stands within a frame."""

    def frame(self, replies: Iterable[bytes]) -> bytes:
        """Return several replies as one frame."""


class JsonCodec:
    """One object per line, in text frames."""

    name = "json"
    is_binary = False

    def commands(self, frame: bytes) -> list[dict[str, Any]]:
        """Return the commands of a frame; raises Malformed."""
        return [self._command(line) for line in frame.split(b"\n") if line.strip()]

    def reply(self, reply: Mapping[str, Any]) -> bytes:
        """Return a reply or a push, as it stands within a frame."""
        return orjson.dumps(reply, default=_as_it_is)

    def frame(self, replies: Iterable[bytes]) -> bytes:
        """Return several replies as one frame."""
        return b"\n".join(replies)

    def _command(self, line: bytes) -> dict[str, Any]:
        try:
            command = _with_opaque(orjson.loads(line), depth=_DEEPEST)
        except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
            raise Malformed(str(error)) from None
        if not isinstance(command, dict):
            raise Malformed("A command is an object.")
        return command


class ProtobufCodec:
    """Messages after their length as a varint, in binary frames."""

    name = "protobuf"
    is_binary = True

    def commands(self, frame: bytes) -> list[dict[str, Any]]:
        """Return the commands of a frame; raises Malformed."""
        kind = message_class("Command")
        try:
            return [as_mapping(kind.FromString(part)) for part in _parts(frame)]
        except (DecodeError, UnicodeDecodeError) as error:
            raise Malformed(str(error)) from None

    def reply(self, reply: Mapping[str, Any]) -> bytes:
        """Return a reply or a push, as it stands within a frame."""
        written = from_mapping("Reply", reply).SerializeToString()
        return _varint(len(written)) + written

    def frame(self, replies: Iterable[bytes]) -> bytes:
        """Return several replies as one frame."""
        return b"".join(replies)


JSON = JsonCodec()
PROTOBUF = ProtobufCodec()


def as_mapping(message: Message) -> dict[str, Any]:
    """Return what a message says, without what it leaves at its default."""
    return {field.name: _value(field, value) for field, value in message.ListFields()}


def from_mapping(name: str, values: Mapping[str, Any]) -> Message:
    """Return the message that says this; a field it does not know is not told."""
    message = message_class(name)()
    _fill(message, values)
    return message


def _value(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is None:
        return value
    if field.message_type.GetOptions().map_entry:
        return {key: as_mapping(each) for key, each in value.items()}
    if field.is_repeated:
        return [as_mapping(each) for each in value]
    return as_mapping(value)


def _fill(message: Message, values: Mapping[str, Any]) -> None:
    fields = message.DESCRIPTOR.fields_by_name
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            continue
        if field.message_type is None:
            setattr(message, name, value)
        elif field.message_type.GetOptions().map_entry:
            for key, each in value.items():
                _fill(getattr(message, name)[key], each)
        elif field.is_repeated:
            for each in value:
                _fill(getattr(message, name).add(), each)
        else:
            # Said to be there even when it says nothing.
            getattr(message, name).SetInParent()
            _fill(getattr(message, name), value)


def _with_opaque(value: Any, *, depth: int) -> Any:
    """Write what is opaque again; raises Malformed, or orjson's own error for what is too deep."""
    if not isinstance(value, dict):
        return value
    if not depth:
        raise Malformed("A command goes too deep.")
    return {
        name: orjson.dumps(each) if name in _OPAQUE else _with_opaque(each, depth=depth - 1)
        for name, each in value.items()
    }


def _as_it_is(value: Any) -> Any:
    if isinstance(value, bytes):
        return orjson.Fragment(value or _EMPTY)
    raise TypeError(type(value).__name__)


def _parts(frame: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(frame):
        length, place = _length_at(frame, place)
        if place + length > len(frame):
            raise Malformed("A message is cut short.")
        yield frame[place : place + length]
        place += length


def _length_at(frame: bytes, place: int) -> tuple[int, int]:
    length = 0
    for shift in range(0, 35, 7):
        if place >= len(frame):
            break
        byte = frame[place]
        place += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return length, place
    raise Malformed("A length is cut short or too long.")


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
