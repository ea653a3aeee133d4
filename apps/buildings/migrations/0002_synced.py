"""Clients hold copies of buildings and all that is in them; members see them."""

from collections.abc import Iterator

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from apps.sync.ports import GrantScopes, StampBorrowers, StampRows, TransactionIdField

_MODELS = ("building", "unit", "member", "maintenancerequest", "comment")
_OF_THE_BUILDING = "(SELECT sync_scope FROM buildings_building WHERE id = NEW.building_id)"


def _columns(model: str) -> Iterator[Operation]:
    # Unique once the triggers have filled it.
    sync_id = models.CharField(db_default="", editable=False, max_length=36)
    yield migrations.AddField(model, "sync_id", sync_id)
    scope = models.CharField(db_default="", editable=False, max_length=80)
    yield migrations.AddField(model, "sync_scope", scope)
    xid = TransactionIdField(db_default=models.Value("0"), editable=False)
    yield migrations.AddField(model, "sync_xid", xid)
    revision = models.BigIntegerField(db_default=1, editable=False)
    yield migrations.AddField(model, "sync_revision", revision)
    state = models.BigIntegerField(editable=False, null=True)
    yield migrations.AddField(model, "sync_state_id", state)
    fields = models.JSONField(db_default=models.Value("{}"), editable=False)
    yield migrations.AddField(model, "sync_fields", fields)


def _unique(model: str) -> Operation:
    sync_id = models.CharField(db_default="", editable=False, max_length=36, unique=True)
    return migrations.AlterField(model, "sync_id", sync_id)


class Migration(migrations.Migration):
    dependencies = [("buildings", "0001_initial"), ("sync", "0001_initial")]

    operations = [
        *(operation for model in _MODELS for operation in _columns(model)),
        StampRows(
            "buildings_building",
            scope="'building:' || NEW.public_id",
            fields=("name", "address"),
        ),
        StampRows(
            "buildings_unit",
            scope=_OF_THE_BUILDING,
            fields=("label", "floor", "notes"),
            parent="buildings_building",
            reference="building_id",
        ),
        StampRows(
            "buildings_member",
            scope=_OF_THE_BUILDING,
            fields=("role",),
            parent="buildings_building",
            reference="building_id",
        ),
        StampRows(
            "buildings_maintenancerequest",
            scope=_OF_THE_BUILDING,
            fields=("unit_id", "title", "description", "status", "priority"),
            parent="buildings_building",
            reference="building_id",
        ),
        StampRows(
            "buildings_comment",
            scope="(SELECT sync_scope FROM buildings_maintenancerequest WHERE id = NEW.request_id)",
            fields=("text",),
            parent="buildings_maintenancerequest",
            reference="request_id",
        ),
        GrantScopes("buildings_member", user="user_id", scope=_OF_THE_BUILDING),
        # Members are held before requests, and those before comments, as pushes do.
        StampBorrowers(
            "accounts_user",
            column="name",
            borrowers=(
                ("buildings_member", "user_id", "name"),
                ("buildings_maintenancerequest", "author_id", "author_name"),
                ("buildings_comment", "author_id", "author_name"),
            ),
        ),
        *(_unique(model) for model in _MODELS),
    ]
