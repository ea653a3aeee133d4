"""The body of a webhook."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
import time_machine

from apps.webhooks.payloads import body_of
from tests.factories.webhooks import logged


def test_body_has_type_timestamp_and_data_and_nothing_else() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 9, 30, tzinfo=UTC), tick=False):
        event = logged("buildings.unit.added", audience=("user:1",), label="2 left", floor=None)

    assert body_of(event) == (
        b'{"type":"buildings.unit.added","timestamp":"2026-11-21T09:30:00Z",'
        b'"data":{"label":"2 left","floor":null}}'
    )


def test_body_survives_any_text() -> None:
    event = logged(title='Tür "kaputt"\u2028', id=str(UUID(int=1)))

    assert orjson.loads(body_of(event))["data"]["title"] == 'Tür "kaputt"\u2028'
