"""The columns of synced models: PostgreSQL's, and written by nobody but triggers."""

from django.db import connection

from apps.buildings.synced_tables import SYNCED_TABLES
from apps.sync.synced import TransactionIdField


def test_transaction_ids_are_those_that_never_wrap_around() -> None:
    assert TransactionIdField().db_type(connection) == "xid8"


def test_no_form_shows_what_triggers_write() -> None:
    for table in SYNCED_TABLES:
        fields = [field for field in table.model._meta.fields if field.name.startswith("sync_")]
        assert len(fields) == 6
        assert not any(field.editable for field in fields)


def test_migrations_of_other_apps_get_the_field_by_a_door() -> None:
    _, path, arguments, options = TransactionIdField(editable=False).deconstruct()

    assert path == "apps.sync.ports.TransactionIdField"
    assert (list(arguments), options) == ([], {"editable": False})
