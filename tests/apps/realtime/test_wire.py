"""What clients are handed, and what one process tells another."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.types import Publication
from apps.realtime.wire import data_of, packed, publication_of, unpacked
from tests.factories.webhooks import logged


def test_event_is_handed_on_in_an_envelope() -> None:
    event = logged("buildings.unit.added", label="7")

    assert orjson.loads(data_of(event)) == {
        "event": "buildings.unit.added",
        "payload": {"label": "7"},
        "id": str(event.event_id),
        "at": event.recorded_at.isoformat(),
    }


def test_message_is_handed_on_as_it_was_sent() -> None:
    event = logged("realtime.message.published", publisher_id=None, data={"floor": 3})

    assert data_of(event) == b'{"floor":3}'


def test_publication_of_an_event_survives_the_way_to_another_process() -> None:
    publication = publication_of(logged(name="Tel\nAviv"), channel="user:1", epoch="a", offset=7)

    assert unpacked(packed(publication)) == publication


@given(data=st.binary(max_size=200), offset=st.integers(0, 2**63 - 1), epoch=st.text(max_size=16))
def test_every_publication_survives_the_way(data: bytes, offset: int, epoch: str) -> None:
    publication = Publication(
        channel="room:building:1",
        offset=offset,
        epoch=epoch,
        data=data,
        event_id=new_id(),
        published_at=now(),
        correlation_id="c",
    )

    assert unpacked(packed(publication)) == publication


@pytest.mark.parametrize("message", [b"", b"nonsense", b"[1,2]\n{}", b"{}\n"])
def test_what_was_not_packed_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpacked(message)
