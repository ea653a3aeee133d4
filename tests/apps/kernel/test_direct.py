"""Statements that go around cursors are part of Django's connection all the same."""

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)
from django.db.transaction import TransactionManagementError

from apps.accounts.models import User
from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id

NAMED = Direct("SELECT name FROM accounts_user WHERE id = $1")
RENAME = Direct("UPDATE accounts_user SET name = $1 WHERE id = $2")


def name_of(user: User) -> Any:
    found = NAMED.first([in_text(user.pk)])
    return found and found[0]


def preparations_of(text: str) -> int:
    """Return how often this connection has a statement prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [text])
        return int(cursor.fetchone()[0])


def deallocate(statement: Direct) -> None:
    """Take a statement's preparation away; the other ones of the connection stay."""
    name = statement._name.decode()
    connection.cursor().execute(f"DEALLOCATE {name}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", 2**60),
        ("integer", -7),
        ("text", 'é "quoted" \\ %s $1'),
        ("varchar", "a" * 5000),
        ("uuid", new_id()),
        ("boolean", True),
        ("bytea", b"\x00\xff'\\"),
        ("text", None),
    ],
)
def test_values_go_and_come_back(kind: str, value: object) -> None:
    echo = Direct(f"SELECT $1::{kind}")

    for _ in range(5):
        assert echo.first([in_text(value)]) == (value,)


@pytest.mark.django_db
def test_moment_is_the_same_moment() -> None:
    echo = Direct("SELECT $1::timestamptz, $1::timestamptz = '2026-11-22 07:30:00.000001+01'")
    moment = datetime(2026, 11, 22, 6, 30, 0, 1, UTC)

    assert echo.first([in_text(moment)]) == (moment, True)


@pytest.mark.parametrize(("value", "error"), [("a\x00b", DataError), (1.5, TypeError)])
def test_value_that_would_arrive_as_another_is_refused(
    value: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        in_text(value)


@pytest.mark.django_db(transaction=True)
def test_statement_is_part_of_the_transaction(owner: User) -> None:
    with transaction.atomic():
        RENAME.run([b"Ada", in_text(owner.pk)])
        transaction.set_rollback(True)

    assert name_of(owner) == owner.name

    with transaction.atomic():
        RENAME.run([b"Ada", in_text(owner.pk)])

    assert name_of(owner) == "Ada"


@pytest.mark.django_db
def test_failure_is_one_of_django(owner: User) -> None:
    twice = Direct("INSERT INTO accounts_user SELECT * FROM accounts_user WHERE id = $1")

    with pytest.raises(IntegrityError), transaction.atomic():
        twice.run([in_text(owner.pk)])

    assert name_of(owner) == owner.name


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_one_of_the_database_not_of_the_statement(owner: User) -> None:
    """What asks again, or answers 503, goes by the error's class."""
    name_of(owner)
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)

    try:
        with pytest.raises(OperationalError):
            name_of(owner)
    finally:
        connection.close()

    assert name_of(owner) == owner.name


@pytest.mark.django_db
def test_statement_that_fails_stays_prepared(owner: User) -> None:
    strict = Direct("SELECT 1 / $1::integer")

    for divisor in (1, 1, 1, 0, 0, 1):
        with suppress(DataError), transaction.atomic():
            strict.run([in_text(divisor)])

    assert preparations_of("SELECT 1 / $1::integer") == 1


@pytest.mark.django_db(transaction=True)
def test_broken_transaction_takes_no_statement(owner: User) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            name_of(owner)


@pytest.mark.django_db
def test_statement_is_seen_by_those_who_watch(owner: User, django_assert_num_queries: Any) -> None:
    seen: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch), django_assert_num_queries(1):
        name_of(owner)

    assert seen == ["SELECT name FROM accounts_user WHERE id = $1"]


@pytest.mark.django_db(transaction=True)
def test_lost_preparation_is_made_up_for(owner: User) -> None:
    for _ in range(4):
        name_of(owner)
    deallocate(NAMED)

    assert name_of(owner) == owner.name


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_it_is_made_up_for_by_the_next(owner: User) -> None:
    for _ in range(4):
        name_of(owner)

    deallocate(NAMED)

    with transaction.atomic():
        User.objects.exists()
        with pytest.raises(OperationalError):
            name_of(owner)

    assert name_of(owner) == owner.name


@pytest.mark.django_db(transaction=True)
def test_name_that_another_process_has_taken_is_made_up_for(owner: User) -> None:
    """As behind a pooler that hands one connection to several processes."""
    mine = Direct("SELECT name FROM accounts_user WHERE id = $1 -- mine")
    connection.cursor().execute(f"PREPARE {mine._name.decode()} AS SELECT 1")

    for _ in range(6):
        assert mine.first([in_text(owner.pk)]) == (owner.name,)


@pytest.mark.django_db(transaction=True)
def test_new_connection_prepares_anew(owner: User) -> None:
    for _ in range(4):
        name_of(owner)
    connection.close()

    assert isinstance(owner.public_id, UUID)
    assert name_of(owner) == owner.name
