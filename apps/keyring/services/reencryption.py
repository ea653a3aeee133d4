"""Encryption anew: rows that former keys encrypted move to the active key, batch by batch.

What is left to do is read from the rows themselves, so a run that was killed, at whatever
moment, is continued by the next one, and several may run at once.
"""

from collections.abc import Iterator

import structlog
from django.db import transaction

from apps.events.services import announce
from apps.kernel.models import Record
from apps.keyring import columns
from apps.keyring.errors import CiphertextRefused
from apps.keyring.events import ColumnReencrypted
from apps.keyring.models import Key
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.keyring.ring import ring
from apps.keyring.services.use import decrypt, encrypt
from apps.keyring.types import Progress, Purpose, State

_log = structlog.get_logger("keyring")


def reencrypt(*, purpose: Purpose | None = None, batch: int = 500) -> Iterator[Progress]:
    """Encrypt with the active key what retiring keys encrypted; yields after each batch.

    Each batch is a transaction that locks its rows and passes over those others hold. The last
    progress of a column tells what is left: rows that were held until the end, or that cannot
    be decrypted. Announces ColumnReencrypted per column, also where nothing was to do.
    """
    for column in encrypted_columns:
        if purpose in {None, column.purpose}:
            yield from _column_reencrypted(column, batch)


def _column_reencrypted(column: EncryptedColumn, batch: int) -> Iterator[Progress]:
    before = _waiting(column)
    moved = 0
    progress = Progress(column=column.name, before=before, moved=0, left=before)
    while progress.left:
        found = 0
        for count in _one_pass(column, batch):
            found += count
            yield Progress(
                column=column.name, before=before, moved=moved + found, left=progress.left - found
            )
        moved += found
        progress = Progress(column=column.name, before=before, moved=moved, left=_waiting(column))
        if not found:
            break
    _conclude(column, progress)
    yield progress


def _one_pass(column: EncryptedColumn, batch: int) -> Iterator[int]:
    """Walk once over the table, yielding how many rows each batch moved."""
    ring.forget()
    position = 0
    kids = _former_kids(column.purpose)
    while True:
        with transaction.atomic():
            rows = columns.locked_rows(column, kids=kids, after=position, limit=batch)
            moved = [row for row in rows if _moved(column, row)]
            column.rows().bulk_update(moved, [column.field])
        if not rows:
            return
        position = rows[-1].pk
        yield len(moved)


def _moved(column: EncryptedColumn, row: Record) -> bool:
    context, former = column.context(row), columns.value_of(column, row)
    try:
        plaintext = decrypt(purpose=column.purpose, token=former, context=context)
    except CiphertextRefused:
        _log.warning("row.unreadable", column=column.name, row=row.pk)
        return False
    anew = encrypt(purpose=column.purpose, plaintext=plaintext, context=context)
    columns.put(column, row, anew)
    return True


@transaction.atomic
def _conclude(column: EncryptedColumn, progress: Progress) -> None:
    announce(
        ColumnReencrypted(
            column=column.name, purpose=column.purpose, moved=progress.moved, left=progress.left
        )
    )
    _log.info("column.reencrypted", column=column.name, moved=progress.moved, left=progress.left)


def _waiting(column: EncryptedColumn) -> int:
    former = set(_former_kids(column.purpose))
    return sum(count for kid, count in columns.rows_by_kid(column).items() if kid in former)


def _former_kids(purpose: Purpose) -> list[str]:
    keys = Key.objects.filter(purpose=purpose, state=State.RETIRING)
    return list(keys.values_list("kid", flat=True))
