"""P8: walking all pages of a list meets every row that existed throughout exactly once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.apps.api.sample")]

LISTS = ["/api/v1/sample/people/", "/api/v1/sample/by-name/"]
BEFORE, STAYS, LONGEST = 0, 99, 8


@dataclass(frozen=True)
class Row:
    """A row of a history; pages are counted from 1."""

    # Few names, so that many rows tie.
    name: str
    # Any id, so that rows arrive at any place of the order and not only at its end.
    key: UUID
    # After which page it is written, and after which one it goes.
    arrives: int
    leaves: int
    # Written when the walk begins, in a transaction that commits only when it arrives.
    is_late: bool


row = st.builds(
    Row,
    name=st.sampled_from(["a", "b", "c"]),
    key=st.uuids(),
    arrives=st.one_of(st.just(BEFORE), st.integers(1, LONGEST)),
    leaves=st.one_of(st.just(STAYS), st.integers(1, LONGEST)),
    is_late=st.booleans(),
)
histories = st.lists(row, max_size=40, unique_by=lambda each: each.key)


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    """Another process, as PostgreSQL sees it: a thread with a connection of its own."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        yield thread
        thread.submit(lambda: connection.close()).result()  # noqa: PLW0108  of that thread


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    url=st.sampled_from(LISTS),
    limit=st.integers(1, 12),
    history=histories,
    commits_after=st.integers(1, LONGEST),
)
def test_property_p8_pages_meet_every_row_once(
    other: ThreadPoolExecutor, url: str, limit: int, history: list[Row], commits_after: int
) -> None:
    """Between two pages others write rows anywhere, delete some, and commit what they began.

    Seen to fail with pages by OFFSET, with ``lte`` in place of ``lt`` in the cursor's condition,
    with the condition of the first column alone, and with an ordering by name alone.
    """
    client = _fresh_start()
    late = [each for each in history if each.is_late and each.arrives != BEFORE]
    _write([each for each in history if each.arrives == BEFORE])
    other.submit(_begin, late).result()
    met: list[str] = []
    following: str | None = f"{url}?limit={limit}"
    number = 0

    while following and len(met) == len(set(met)):
        number += 1
        page = client.get(following).json()
        met += [item["id"] for item in page["items"]]
        following = page["next"]
        _write([each for each in history if each.arrives == number and each not in late])
        if number == commits_after:
            other.submit(transaction.commit).result()
        _remove([each for each in history if each.leaves == number])
    other.submit(_end).result()

    throughout = [each for each in history if each.arrives == BEFORE and each.leaves >= number]
    assert set(Counter(met).values()) <= {1}
    assert {str(each.key) for each in throughout} <= set(met)


def _fresh_start() -> APIClient:
    """Return a client whose requests nobody has counted, on an empty table."""
    cache.clear()
    User.objects.all().delete()
    client = APIClient()
    client.force_authenticate(User(pk=1, email="reader@example.com"))
    return client


def _begin(rows: list[Row]) -> None:
    """Write rows in a transaction that stays open."""
    transaction.set_autocommit(False)
    _write(rows)


def _end() -> None:
    transaction.commit()
    transaction.set_autocommit(True)


def _write(rows: list[Row]) -> None:
    User.objects.bulk_create(
        User(name=each.name, public_id=each.key, email=f"{each.key}@example.com") for each in rows
    )


def _remove(rows: list[Row]) -> None:
    User.objects.filter(public_id__in=[each.key for each in rows]).delete()
