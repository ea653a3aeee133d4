"""The rows of an encrypted column, by the key that encrypted them."""

import pytest
from django.db import transaction

from apps.accounts.models import RefreshToken, User
from apps.accounts.services import refresh_session, sign_in_as
from apps.keyring.columns import locked_rows, put, rows_by_kid, value_of
from apps.keyring.encryption import kid_of
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.webhooks.models import EndpointSecret
from tests.factories.webhooks import SecretFactory
from tests.processes import python_on_the_same_database

TEXT = "webhooks.endpointsecret.ciphertext"
BINARY = "accounts.refreshtoken.sealed_successor"


def column_named(name: str) -> EncryptedColumn:
    column = encrypted_columns.get(name)
    assert column is not None
    return column


@pytest.mark.django_db
def test_rows_of_a_text_column_are_counted_by_key() -> None:
    row = SecretFactory.create()

    assert rows_by_kid(column_named(TEXT)) == {kid_of(row.ciphertext.encode()): 1}


def test_rows_of_a_binary_column_are_counted_by_key_and_empty_ones_are_not(owner: User) -> None:
    refresh_session(refresh_token=sign_in_as(owner.pk).refresh_token)

    (spent,) = RefreshToken.objects.exclude(sealed_successor=b"")

    assert RefreshToken.objects.count() == 2
    assert rows_by_kid(column_named(BINARY)) == {kid_of(bytes(spent.sealed_successor)): 1}


@pytest.mark.django_db
def test_rows_come_in_order_behind_a_position_and_only_those_of_the_keys() -> None:
    rows = [SecretFactory.create() for _ in range(4)]
    kid = kid_of(rows[0].ciphertext.encode())
    column = column_named(TEXT)

    first = locked_rows(column, kids=[kid], after=0, limit=3)
    rest = locked_rows(column, kids=[kid], after=first[-1].pk, limit=3)

    assert [row.pk for row in [*first, *rest]] == [row.pk for row in rows]
    assert locked_rows(column, kids=["another"], after=0, limit=3) == []


def test_row_that_another_process_holds_is_passed_over(transactional_db: None) -> None:
    held, free = SecretFactory.create(), SecretFactory.create()
    kid = kid_of(held.ciphertext.encode())
    other = python_on_the_same_database(f"""
from django.db import transaction
from apps.webhooks.models import EndpointSecret
with transaction.atomic():
    EndpointSecret.objects.select_for_update().get(pk={held.pk})
    say("held")
    input()
""")
    assert other.line() == "held"

    with transaction.atomic():
        found = locked_rows(column_named(TEXT), kids=[kid], after=0, limit=9)

    assert [row.pk for row in found] == [free.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [EndpointSecret(ciphertext="a.b"), RefreshToken()], ids=("text", "binary")
)
def test_value_is_put_in_the_form_its_field_holds(row: EndpointSecret | RefreshToken) -> None:
    column = column_named(TEXT if isinstance(row, EndpointSecret) else BINARY)

    put(column, row, b"kid.token")

    assert value_of(column, row) == b"kid.token"
    assert getattr(row, column.field) == ("kid.token" if column.name == TEXT else b"kid.token")
