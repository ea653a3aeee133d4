"""What devices hold, what is gone, who sees what, and what was pushed."""

import apps.kernel.ids
import apps.sync.synced
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from apps.sync.triggers import CREATE_FUNCTIONS, DROP_FUNCTIONS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counter", models.PositiveIntegerField(default=1)),
                ("cluster", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("purged_xid", apps.sync.synced.TransactionIdField(db_default=models.Value("0"))),
            ],
            options={
                "db_table": "sync_epoch",
            },
        ),
        migrations.CreateModel(
            name="SyncState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=apps.kernel.ids.new_id, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("installation_id", models.CharField(max_length=64)),
                ("checkpoint_number", models.BigIntegerField(default=0)),
                ("schema_version", models.PositiveIntegerField(default=1)),
                ("app_version", models.CharField(blank=True, max_length=40)),
                ("last_pull_at", models.DateTimeField(null=True)),
                ("last_push_at", models.DateTimeField(null=True)),
                ("pending_operations", models.PositiveIntegerField(default=0)),
                ("clock_offset_ms", models.BigIntegerField(default=0)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("replaced_because", models.CharField(blank=True, max_length=120)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="SyncConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=apps.kernel.ids.new_id, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("table", models.CharField(max_length=63)),
                ("record_id", models.CharField(max_length=36)),
                ("scope", models.CharField(blank=True, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("edit_edit", "Edited on both sides"),
                            ("edit_deleted", "Edited here, deleted there"),
                            ("delete_edited", "Deleted here, edited there"),
                            ("refused", "Refused after trying again"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "settled",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("resolved", "Resolved"),
                            ("decided", "Decided by policy"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("fields", models.JSONField(default=list)),
                ("mine", models.JSONField()),
                ("theirs", models.JSONField(null=True)),
                ("base_revision", models.BigIntegerField(null=True)),
                ("server_revision", models.BigIntegerField(null=True)),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mine", "The client's version"),
                            ("theirs", "The server's version"),
                            ("merged", "Values of their own"),
                        ],
                        max_length=10,
                    ),
                ),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conflicts",
                        to="sync.syncstate",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="PushedOperation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=apps.kernel.ids.new_id, editable=False, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("op_id", models.UUIDField()),
                ("table_name", models.CharField(max_length=63)),
                ("record_id", models.CharField(max_length=36)),
                (
                    "operation",
                    models.CharField(
                        choices=[("upsert", "Create or change"), ("delete", "Delete")],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("merged", "Merged"),
                            ("ignored", "Ignored"),
                            ("conflict", "Conflict"),
                            ("rejected", "Rejected"),
                            ("queued", "Queued"),
                        ],
                        max_length=10,
                    ),
                ),
                ("result", models.JSONField()),
                ("change", models.JSONField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="operations",
                        to="sync.syncstate",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("base", models.TextField(blank=True)),
                ("snapshot", models.TextField()),
                ("epoch", models.CharField(max_length=80)),
                ("position", models.JSONField(default=dict)),
                ("schema_version", models.PositiveIntegerField(default=1)),
                ("table_names", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checkpoints",
                        to="sync.syncstate",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("record_id", models.CharField(max_length=36)),
                ("scope", models.CharField(max_length=80)),
                ("xid", apps.sync.synced.TransactionIdField()),
                ("state_id", models.BigIntegerField(null=True)),
                ("has_moved", models.BooleanField()),
                ("buried_at", models.DateTimeField()),
            ],
            options={
                "db_table": "sync_tombstone",
                "indexes": [
                    models.Index(fields=["scope", "xid"], name="sync_tombstone_scope"),
                    models.Index(fields=["table_name", "record_id"], name="sync_tombstone_record"),
                    models.Index(fields=["buried_at"], name="sync_tombstone_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=80)),
                ("source", models.CharField(max_length=63)),
                ("source_id", models.BigIntegerField()),
                ("granted_xid", apps.sync.synced.TransactionIdField()),
                ("xid", apps.sync.synced.TransactionIdField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "sync_grant",
                "indexes": [
                    models.Index(fields=["user", "scope"], name="sync_grant_user"),
                    models.Index(fields=["scope", "user"], name="sync_grant_scope"),
                    models.Index(fields=["source", "source_id"], name="sync_grant_source"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="syncstate",
            constraint=models.UniqueConstraint(
                fields=("user", "installation_id"), name="sync_one_state_per_installation"
            ),
        ),
        migrations.AddIndex(
            model_name="syncconflict",
            index=models.Index(fields=["user", "settled", "-id"], name="sync_conflict_user"),
        ),
        migrations.AddConstraint(
            model_name="syncconflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled", "open")),
                fields=("state", "table", "record_id"),
                name="sync_conflict_open_once",
            ),
        ),
        migrations.AddIndex(
            model_name="pushedoperation",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="sync_operation_due",
            ),
        ),
        migrations.AddIndex(
            model_name="pushedoperation",
            index=models.Index(fields=["created_at"], name="sync_operation_age"),
        ),
        migrations.AddConstraint(
            model_name="pushedoperation",
            constraint=models.UniqueConstraint(
                fields=("state", "op_id"), name="sync_operation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpoint",
            constraint=models.UniqueConstraint(
                fields=("state", "number"), name="sync_checkpoint_number"
            ),
        ),
        migrations.RunSQL(CREATE_FUNCTIONS, DROP_FUNCTIONS),
    ]
