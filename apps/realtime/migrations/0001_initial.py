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
    UNIQUE (event_id, channel_id, published_at)
) PARTITION BY RANGE (published_at);
ALTER SEQUENCE realtime_publication_id_seq OWNED BY realtime_publication.id;
CREATE INDEX realtime_publication_offset ON realtime_publication (channel_id, "offset");
CREATE TABLE realtime_publication_default PARTITION OF realtime_publication DEFAULT;
"""

# PostgreSQL keeps the plans of a function's statements; planned at each call, they take longer than
# what they do. Channels are held in the order of their names, so two callers never wait for each
# other crosswise, and each statement sees what was committed while the one before it waited.
CREATE_NUMBER = """
CREATE FUNCTION realtime_number(
    names text[], events uuid[], positions bigint[], moments timestamptz[]
) RETURNS TABLE (channel text, epoch text, "offset" bigint, event_id uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    first timestamptz := (SELECT min(moment) FROM unnest(moments) AS given(moment));
    latest timestamptz := (SELECT max(moment) FROM unnest(moments) AS given(moment));
BEGIN
    INSERT INTO realtime_channel (public_id, name, epoch, top, created_at, updated_at)
    SELECT gen_random_uuid(), name, right(gen_random_uuid()::text, 8), 0, now(), now()
    FROM (SELECT DISTINCT unnest(names) AS name) given
    WHERE NOT EXISTS (SELECT 1 FROM realtime_channel known WHERE known.name = given.name)
    ORDER BY name
    ON CONFLICT (name) DO NOTHING;

    PERFORM 1 FROM realtime_channel WHERE name = ANY(names) ORDER BY name FOR NO KEY UPDATE;

    RETURN QUERY
    WITH known AS MATERIALIZED (
        -- By the index that begins with the event: of a channel there may be very many.
        SELECT channel_id, event_id FROM realtime_publication
        WHERE event_id = ANY(events) AND published_at BETWEEN first AND latest
    ), told AS MATERIALIZED (
        SELECT held.id, held.name, held.epoch, given.event_id, given.position, given.moment, place,
            held.top + row_number() OVER (PARTITION BY held.id ORDER BY place) AS "offset"
        FROM unnest(names, events, positions, moments)
            WITH ORDINALITY AS given(name, event_id, position, moment, place)
        JOIN realtime_channel held ON held.name = given.name
        WHERE NOT EXISTS (
            SELECT 1 FROM known
            WHERE known.channel_id = held.id AND known.event_id = given.event_id
        )
    ), written AS (
        INSERT INTO realtime_publication (channel_id, "offset", event_id, position, published_at)
        SELECT id, "offset", event_id, position, moment FROM told
    ), moved AS (
        UPDATE realtime_channel SET top = latest_of.top, updated_at = now()
        FROM (SELECT id, max("offset") AS top FROM told GROUP BY id) latest_of
        WHERE realtime_channel.id = latest_of.id
    )
    SELECT told.name::text, told.epoch::text, told."offset", told.event_id FROM told ORDER BY place;
END
$$;
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
                "permissions": (
                    ("publish_message", "Can publish messages to connected clients"),
                    ("disconnect_user", "Can close all connections of a user"),
                ),
            },
        ),
        migrations.RunSQL(CREATE_NUMBER, "DROP FUNCTION realtime_number"),
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
                            ("http_stream", "HTTP stream with emulation"),
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
