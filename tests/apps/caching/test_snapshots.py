"""A snapshot tells which transactions its moment had seen, as PostgreSQL does."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.caching.snapshots import Snapshot, read_snapshot

xids = st.integers(min_value=1, max_value=40)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    xmin, xmax = sorted((draw(xids), draw(xids)))
    between = st.integers(min_value=xmin, max_value=max(xmin, xmax - 1))
    in_progress = draw(st.frozensets(between)) if xmin < xmax else frozenset[int]()
    return Snapshot(xmin, xmax, in_progress)


@given(snapshot=snapshots())
def test_snapshot_is_read_as_it_is_written(snapshot: Snapshot) -> None:
    assert read_snapshot(str(snapshot)) == snapshot


@given(snapshot=snapshots(), own=xids)
def test_others_do_not_see_a_transaction_of_ones_own(snapshot: Snapshot, own: int) -> None:
    others = snapshot.without(own)

    assert not others.sees(own)
    assert all(snapshot.sees(xid) for xid in range(1, 41) if others.sees(xid))


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["10:10:", "10:20:10,14,15", "10:20:12"])
def test_snapshot_sees_what_postgresql_says_it_does(told: str) -> None:
    snapshot = read_snapshot(told)

    for xid in range(8, 23):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_visible_in_snapshot(%s::text::xid8, %s::pg_snapshot)", [str(xid), told]
            )
            (is_seen,) = cursor.fetchone()
        assert snapshot.sees(xid) == is_seen


@pytest.mark.parametrize("text", ["", "1:2", "a:b:c", "1:2:3:4"])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_snapshot(text)
