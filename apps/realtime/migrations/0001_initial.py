"""Channels and connections; publications, partitioned by day."""

import apps.kernel.ids
import apps.realtime.models.channel
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The day of the event is part of every key: one that is unique in PostgreSQL holds the column that
# the table is partitioned by. An event has its day for ever, so a replay meets its own rows.
CREATE_PUBLICATIONS = """
CREATE SEQUENCE realtime_publication_id_seq;
CREATE TABLE realtime_publication (
    id bigint NOT NULL DEFAULT nextval('realtime_publication_id_seq'),
    channel_id bigint NOT NULL,
    "offset" bigint NOT NULL,
    event_id uuid NOT NULL,
    position bigint NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (id, published_at),
    UNIQUE (channel_id, event_id, published_at)
) PARTITION BY RANGE (published_at);
ALTER SEQUENCE realtime_publication_id_seq OWNED BY realtime_publication.id;
CREATE INDEX realtime_publication_offset ON realtime_publication (channel_id, "offset");
CREATE TABLE realtime_publication_default PARTITION OF realtime_publication DEFAULT;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE_PUBLICATIONS, "DROP TABLE realtime_publication"),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigIntegerField(db_default=0, primary_key=True, serialize=False)),
                ("offset", models.BigIntegerField()),
                ("event_id", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "db_table": "realtime_publication",
                "ordering": ("-published_at", "-offset"),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Channel",
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
                ("name", models.CharField(max_length=160, unique=True)),
                (
                    "epoch",
                    models.CharField(default=apps.realtime.models.channel.new_epoch, max_length=16),
                ),
                ("top", models.BigIntegerField(default=0)),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Connection",
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
                ("session_id", models.UUIDField()),
                ("node", models.CharField(max_length=64)),
                (
                    "transport",
                    models.CharField(
                        choices=[
                            ("websocket", "WebSocket"),
                            ("sse", "Server-sent events with emulation"),
                            ("event_stream", "Plain event stream"),
                        ],
                        max_length=16,
                    ),
                ),
                ("client_name", models.CharField(blank=True, max_length=64)),
                ("client_version", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("close_code", models.PositiveIntegerField(null=True)),
                ("close_reason", models.CharField(blank=True, max_length=120)),
                ("positions", models.JSONField(default=dict)),
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
                "indexes": [
                    models.Index(fields=["user", "-opened_at"], name="realtime_connection_of_user"),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["node"],
                        name="realtime_connection_open",
                    ),
                    models.Index(fields=["closed_at"], name="realtime_connection_closed"),
                ],
            },
        ),
    ]
