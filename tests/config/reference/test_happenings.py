"""The page of events names each event, its fields, and who hears it."""

from apps.events.types import event_types, payload_fields
from config.reference.happenings import events_page


def test_every_event_is_told_with_its_fields() -> None:
    text = events_page()

    for event in event_types():
        _, _, section = text.partition(f"### `{event.topic}`")
        assert all(f"| `{field}` |" in section for field in payload_fields(event))


def test_who_hears_everything_hears_every_event() -> None:
    text = events_page()

    assert "heard by nobody" not in text
