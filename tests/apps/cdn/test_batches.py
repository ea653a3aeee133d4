"""Which purges go together, and how a refusal is found out."""

import pytest

from apps.cdn.batches import next_batch, note_refused
from apps.cdn.models import Purge
from apps.cdn.types import PurgeState, Target
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db


def purge(*subjects: str, target: Target = Target.TAGS) -> Purge:
    return Purge.objects.create(target=target, subjects=list(subjects))


def test_purges_of_one_kind_go_together_up_to_a_hundred_subjects(hands: Hands) -> None:
    first, second = purge("a", "b"), purge("b", "c")
    purge("/u", target=Target.URLS)
    purge(*(f"t{each}" for each in range(98)))
    hands.move(seconds=5)

    batch = next_batch()

    assert batch is not None
    assert set(batch.purge_ids) == {first.pk, second.pk}
    assert batch.subjects == ("a", "b", "c")


def test_refusal_is_parted_until_one_is_left(hands: Hands) -> None:
    row = purge("a", "b")
    hands.move(seconds=5)
    batch = next_batch()
    assert batch is not None

    note_refused(batch, "No.")
    assert [each.subjects for each in Purge.objects.order_by("id")] == [["a"], ["b"]]
    alone = next_batch()
    assert alone is not None
    note_refused(alone, "No.")

    row.refresh_from_db()
    assert (row.state, row.last_problem) == (PurgeState.REFUSED, "No.")
