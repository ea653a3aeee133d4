"""Statements are run again with other values, on whichever connection there is."""

from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import F, Value
from psycopg.pq.abc import PGresult

from apps.accounts.models import User
from apps.api.lane.statements import Statement, sentinels
from apps.kernel.prepared import template_of

pytestmark = pytest.mark.django_db


def statement() -> Statement:
    known = sentinels(ids=0, position=[str])
    rows = User.objects.filter(pk=known.user_id).exclude(name=known.position[0])
    rows = rows.annotate(text=Value("100 % 'quoted' $1"))
    template = template_of(rows.values_list("text", F("name")), known.all())
    return Statement(template, [int, UUID, str])


def texts(result: PGresult | None) -> list[bytes | None]:
    assert result is not None
    return [result.get_value(0, number) for number in range(result.nfields)]


def test_values_take_their_places(owner: User, stranger: User) -> None:
    ours = statement()

    for user in (owner, stranger, owner, stranger, owner):
        found = ours.run([b"%d" % user.pk, b"", b"nobody"])
        assert texts(found) == [b"100 % 'quoted' $1", user.name.encode()]

    assert ours.run([b"%d" % owner.pk, b"", owner.name.encode()]) is None


def test_statement_outlives_its_connection(owner: User) -> None:
    ours, values = statement(), [b"%d" % owner.pk, b"", b"nobody"]
    for _ in range(4):
        ours.run(values)
    name = ours._direct._name.decode()
    connection.cursor().execute(f"DEALLOCATE {name}")

    with pytest.raises(OperationalError), transaction.atomic():
        ours.run(values)

    assert texts(ours.run(values))[1] == owner.name.encode()


def test_statement_goes_on_after_a_failure(owner: User) -> None:
    ours, values = statement(), [b"%d" % owner.pk, b"", b"nobody"]
    for _ in range(4):
        ours.run(values)

    with pytest.raises(DataError), transaction.atomic():
        ours.run([b"no number", b"", b"nobody"])

    for _ in range(4):
        assert texts(ours.run(values))[1] == owner.name.encode()


@pytest.mark.django_db(transaction=True)
def test_failure_outside_of_a_transaction_is_left_to_whoever_asks_next(owner: User) -> None:
    ours = statement()

    assert ours.run([b"no number", b"", b"nobody"]) is None
    assert texts(ours.run([b"%d" % owner.pk, b"", b"nobody"]))[1] == owner.name.encode()
