"""Pulls while threads write: transactions overlap, wait for each other, and are rolled back."""

import random
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from apps.accounts.models import User
from apps.buildings.models import Unit
from apps.buildings.services import create_building
from apps.kernel.ids import new_id
from tests.apps.sync.phones import Phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

WRITERS, TRANSACTIONS = 6, 80
_ADD = """
INSERT INTO buildings_unit (public_id, building_id, label, notes, created_at, updated_at)
SELECT %s, id, %s, '', now(), now() FROM buildings_building WHERE public_id = %s
"""
_ONE = "(SELECT id FROM buildings_unit ORDER BY md5(id::text || %s) LIMIT 1)"
_CHANGE = f"UPDATE buildings_unit SET notes = %s, updated_at = now() WHERE id = {_ONE}"
_REMOVE = f"DELETE FROM buildings_unit WHERE id = {_ONE}"


class GivenUp(Exception):
    """A writer rolls back what it has written."""


def write(seed: int, building_id: UUID) -> None:
    """Write as somebody does whose transactions are short, long, and sometimes in vain."""
    chance = random.Random(seed)
    try:
        for number in range(TRANSACTIONS):
            try:
                write_once(chance, f"{seed}-{number}", building_id)
            except (GivenUp, OperationalError):
                # Who deadlocks with another has written nothing either.
                continue
    finally:
        connection.close()


def write_once(chance: random.Random, name: str, building_id: UUID) -> None:
    """Write a few rows in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(chance.randint(1, 3)):
            word = f"{name}-{number}"
            kind = chance.choice(["add", "add", "change", "change", "remove"])
            if kind == "add":
                cursor.execute(_ADD, [new_id(), word, building_id])
            elif kind == "change":
                cursor.execute(_CHANGE, [word, word])
            else:
                cursor.execute(_REMOVE, [word])
            cursor.execute("SELECT pg_sleep(%s)", [chance.choice([0, 0, 0, 0.005, 0.05])])
        if chance.random() < 0.1:
            raise GivenUp


def test_phones_that_pull_meanwhile_have_all_rows_as_they_are_and_no_other(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    small, whole = Phone(owner, "small pages"), Phone(owner, "one page")
    with ThreadPoolExecutor(WRITERS) as threads:
        writers: list[Future[None]] = [
            threads.submit(write, seed, building_id) for seed in range(WRITERS)
        ]
        while not all(writer.done() for writer in writers):
            small.pull(row_limit=7, with_revisions=True)
            whole.pull(with_revisions=True)
    for writer in writers:
        writer.result()

    # The pages that are under way end where they began.
    for phone in (small, whole):
        phone.pull(with_revisions=True)
        held = {key: row["_revision"] for key, row in phone.tables["units"].items()}
        assert held == dict(Unit.objects.values_list("sync_id", "sync_revision"))
    assert Unit.objects.count() > WRITERS
