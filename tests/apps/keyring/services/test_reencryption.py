"""Encryption anew: nothing is lost, nothing is left, whatever interrupts it."""

import pytest

from apps.accounts.models import User
from apps.accounts.services import refresh_session, sign_in_as
from apps.events.models import LogEntry
from apps.keyring.columns import rows_by_kid
from apps.keyring.encryption import kid_of
from apps.keyring.errors import KeyInUse
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, reencrypt, retire_key, revoke_key
from apps.keyring.types import Progress, Purpose
from apps.webhooks.models import EndpointSecret
from apps.webhooks.secrets import opened
from tests.factories.webhooks import SecretFactory
from tests.processes import python_on_the_same_database

COLUMN = "webhooks.endpointsecret.ciphertext"


def column() -> EncryptedColumn:
    found = encrypted_columns.get(COLUMN)
    assert found is not None
    return found


def secrets() -> dict[int, bytes]:
    """Every secret in clear, by its row."""
    return {row.pk: opened(row) for row in EndpointSecret.objects.all()}


def rotate() -> str:
    kid = add_key(purpose=Purpose.WEBHOOK_SECRET)
    activate_key(kid=kid)
    ring.forget()
    return kid


def steps_of_column(**options: int) -> list[Progress]:
    """Encrypt anew whatever has the column's purpose, and tell of the column."""
    steps = reencrypt(purpose=Purpose.WEBHOOK_SECRET, **options)
    return [step for step in steps if step.column == COLUMN]


@pytest.mark.django_db
def test_every_row_moves_to_the_active_key_and_says_the_same() -> None:
    for _ in range(5):
        SecretFactory.create()
    before, kid = secrets(), rotate()

    steps = steps_of_column(batch=2)

    assert [(step.moved, step.left) for step in steps[:3]] == [(2, 3), (4, 1), (5, 0)]
    assert rows_by_kid(column()) == {kid: 5}
    assert secrets() == before
    told = LogEntry.objects.filter(topic="keyring.column.reencrypted", payload__column=COLUMN)
    assert told.latest("position").payload["moved"] == 5


def test_refresh_repeated_within_its_grace_survives_a_rotation(owner: User) -> None:
    spent = sign_in_as(owner.pk).refresh_token
    renewed = refresh_session(refresh_token=spent)
    activate_key(kid=add_key(purpose=Purpose.FIELD_ENCRYPTION))
    ring.forget()

    (progress,) = list(reencrypt(purpose=Purpose.FIELD_ENCRYPTION))[-1:]

    repeated = refresh_session(refresh_token=spent)
    assert progress.left == 0
    assert renewed is not None
    assert repeated is not None
    assert repeated.refresh_token == renewed.refresh_token


@pytest.mark.django_db
def test_row_that_cannot_be_decrypted_is_left_and_counted() -> None:
    broken, whole = SecretFactory.create(), SecretFactory.create()
    kid = kid_of(broken.ciphertext.encode())
    EndpointSecret.objects.filter(pk=broken.pk).update(ciphertext=f"{kid}.AAAA")
    new = rotate()

    *_, last = steps_of_column()

    assert (last.moved, last.left) == (1, 1)
    assert rows_by_kid(column()) == {kid: 1, new: 1}
    assert opened(EndpointSecret.objects.get(pk=whole.pk)) == opened(whole)


@pytest.mark.django_db
def test_run_with_nothing_to_do_says_so() -> None:
    (progress,) = steps_of_column()

    assert (progress.before, progress.moved, progress.left) == (0, 0, 0)


def test_killed_run_is_finished_by_the_next(transactional_db: None) -> None:
    for _ in range(9):
        SecretFactory.create()
    before, kid = secrets(), rotate()
    killed = python_on_the_same_database("""
from apps.keyring.services import reencrypt
for progress in reencrypt(batch=2):
    if progress.moved:
        say(progress.moved)
        input()
""")
    assert killed.line() == "2"
    killed.kill()
    assert rows_by_kid(column())[kid] == 2

    *_, last = reencrypt(purpose=Purpose.WEBHOOK_SECRET, batch=2)

    assert (last.before, last.moved, last.left) == (7, 7, 0)
    assert rows_by_kid(column()) == {kid: 9}
    assert secrets() == before


def test_key_is_revoked_once_no_row_needs_it(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = kid_of(SecretFactory.create().ciphertext.encode())
    before = secrets()
    rotate()
    with pytest.raises(KeyInUse, match=r"1 rows .*keys reencrypt --purpose webhook-secret"):
        revoke_key(kid=former)
    list(reencrypt())
    with pytest.raises(KeyInUse, match="try again"):
        revoke_key(kid=former)

    monkeypatch.setattr("apps.keyring.services.life.FRESH_SECONDS", 0)
    revoke_key(kid=former)

    assert secrets() == before


def test_key_is_not_revoked_while_a_writer_may_still_commit_what_it_encrypted(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.keyring.services.life.FRESH_SECONDS", 0)
    owner_of_it = SecretFactory.create()
    former = kid_of(owner_of_it.ciphertext.encode())
    writer = python_on_the_same_database(f"""
from django.db import transaction
from apps.webhooks.models import Endpoint
from apps.webhooks.secrets import sealed
with transaction.atomic():
    sealed(Endpoint.objects.get(pk={owner_of_it.endpoint_id}), b"late").save()
    say("written")
    input()
say("committed")
""")
    assert writer.line() == "written"
    rotate()
    *_, last = reencrypt(purpose=Purpose.WEBHOOK_SECRET)
    assert last.left == 0

    with pytest.raises(KeyInUse, match="transaction"):
        revoke_key(kid=former)

    writer.tell("commit")
    assert writer.line() == "committed"
    with pytest.raises(KeyInUse, match="1 rows"):
        revoke_key(kid=former)


@pytest.mark.django_db
def test_leaked_key_is_revoked_by_force_whatever_it_holds() -> None:
    row = SecretFactory.create()

    revoke_key(kid=kid_of(row.ciphertext.encode()), is_forced=True)

    assert rows_by_kid(column()) == {kid_of(row.ciphertext.encode()): 1}


def test_retired_key_without_successor_gets_one_by_the_run(transactional_db: None) -> None:
    row = SecretFactory.create()
    retire_key(kid=kid_of(row.ciphertext.encode()))

    *_, last = steps_of_column()

    assert (last.moved, last.left) == (1, 0)
    assert opened(EndpointSecret.objects.get()) == opened(row)
