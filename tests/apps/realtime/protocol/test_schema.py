"""The messages of the protocol: numbers as Centrifugo's SDKs have them, on the wire."""

from apps.realtime.protocol.codecs import as_mapping, from_mapping
from apps.realtime.protocol.schema import message_class


def test_numbers_of_fields_are_those_of_the_protocol() -> None:
    fields = message_class("Push").DESCRIPTOR.fields_by_name

    assert {name: field.number for name, field in fields.items()} == {
        "channel": 2,
        "pub": 4,
        "join": 5,
        "leave": 6,
        "unsubscribe": 7,
        "disconnect": 11,
    }


def test_bytes_on_the_wire_are_those_of_the_sdk() -> None:
    written = from_mapping("Reply", {"id": 2, "subscribe": {"offset": 5}}).SerializeToString()

    assert written == b"\x08\x02\x32\x02\x48\x05"


def test_fields_that_we_do_not_know_are_passed_over() -> None:
    read = message_class("SubscribeRequest").FromString(b"\x0a\x01x\x62\x06fossil")

    assert as_mapping(read) == {"channel": "x"}
