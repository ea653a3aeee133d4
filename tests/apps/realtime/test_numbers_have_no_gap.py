"""Whatever is batched, rolled back, replayed and read, each channel counts 1, 2, 3 ... once."""

from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.events.types import LoggedEvent
from apps.kernel.ids import new_id
from apps.realtime.models import Channel, Publication
from apps.realtime.services import number_events
from tests.factories.webhooks import logged

pytestmark = pytest.mark.django_db

SCOPES = st.sets(st.sampled_from(["a", "b", "c"]), min_size=0, max_size=3)
# How many events a batch adds, how many of the former ones it brings again, and whether it is
# lost before its commit.
BATCHES = st.lists(
    st.tuples(st.lists(SCOPES, max_size=5), st.integers(0, 12), st.booleans()), max_size=12
)


@given(batches=BATCHES)
@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_numbers_have_no_gap(batches: Sequence[tuple[list[set[str]], int, bool]]) -> None:
    """Seen to fail with a replay that is not known again, and with numbers of the whole batch.

    And with a channel whose ``top`` does not move with the last number.
    """
    scopes = {name: f"user:{new_id()}" for name in "abc"}
    read: list[LoggedEvent] = []
    expected: dict[str, list[object]] = {scope: [] for scope in scopes.values()}

    for added, repeated, is_lost in batches:
        fresh = [logged(audience=tuple(sorted(scopes[n] for n in names))) for names in added]
        batch = [*(read[-repeated:] if repeated else ()), *fresh]
        with transaction.atomic():
            published = number_events(batch)
            transaction.set_rollback(is_lost)
        assert [each.event_id for each in published if each.event_id in _ids(read)] == []
        if not is_lost:
            read += fresh
            for event in fresh:
                for scope in event.audience:
                    expected[scope].append(event.event_id)

    for scope, event_ids in expected.items():
        rows = Publication.objects.filter(channel__name=scope).order_by("offset")
        assert list(rows.values_list("offset", flat=True)) == list(range(1, len(event_ids) + 1))
        assert list(rows.values_list("event_id", flat=True)) == event_ids
        top = Channel.objects.filter(name=scope).values_list("top", flat=True).first()
        assert (top or 0) == len(event_ids)


def _ids(events: Sequence[LoggedEvent]) -> set[object]:
    return {event.event_id for event in events}
