"""Headers of HTTP/2 that any other implementation reads."""

import pytest
from hpack import Decoder

from apps.notifications.providers.apns_headers import encoded


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 254, 255, 4000])
def test_headers_of_every_length_are_read_by_hpack(length: int) -> None:
    headers = [(":path", "p" * length), ("apns-topic", "t" * length), ("x", "é")]

    found: list[object] = [tuple(each) for each in Decoder().decode(encoded(headers))]

    assert found == headers


def test_token_of_a_device_may_not_be_kept_by_anybody_on_the_way() -> None:
    (header,) = Decoder().decode(encoded([(":path", "/3/device/aa")]))

    assert not header.indexable
