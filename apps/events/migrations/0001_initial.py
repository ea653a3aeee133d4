"""The partitioned log, its consumers and what was skipped."""

import apps.kernel.ids
import django.contrib.postgres.fields
from django.db import migrations, models

CREATE_LOG = """
CREATE SEQUENCE events_log_position_seq;
CREATE TABLE events_log (
    position bigint NOT NULL DEFAULT nextval('events_log_position_seq'),
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    event_id uuid NOT NULL,
    topic varchar(120) NOT NULL,
    version smallint NOT NULL,
    actor varchar(64) NOT NULL,
    correlation_id varchar(64) NOT NULL,
    traceparent varchar(55) NOT NULL,
    audience text[] NOT NULL,
    payload jsonb NOT NULL,
    PRIMARY KEY (xid, position, recorded_at)
) PARTITION BY RANGE (recorded_at);
ALTER SEQUENCE events_log_position_seq OWNED BY events_log.position;
CREATE INDEX events_log_position ON events_log (position);
CREATE INDEX events_log_event_id ON events_log (event_id);
CREATE INDEX events_log_correlation_id ON events_log (correlation_id);
CREATE INDEX events_log_actor ON events_log (actor, event_id);
CREATE INDEX events_log_first_scope ON events_log ((audience[1]), event_id);
CREATE TABLE events_log_default PARTITION OF events_log DEFAULT;
"""

# PostgreSQL keeps the plan of a statement within a function; planned at each call, an INSERT into a
# partitioned table takes longer to plan than to run.
CREATE_ANNOUNCE = """
CREATE FUNCTION events_announce(
    event_id uuid, topic text, version integer, actor text, correlation_id text, traceparent text,
    audience text[], payload jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_log
        (event_id, topic, version, actor, correlation_id, traceparent, audience, payload)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
END
$$;
"""

RECORD_FIELDS = (
    (
        "id",
        models.BigAutoField(
            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
        ),
    ),
    ("public_id", models.UUIDField(default=apps.kernel.ids.new_id, editable=False, unique=True)),
    ("created_at", models.DateTimeField(auto_now_add=True)),
    ("updated_at", models.DateTimeField(auto_now=True)),
)


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(CREATE_LOG, "DROP TABLE events_log"),
        migrations.RunSQL(CREATE_ANNOUNCE, "DROP FUNCTION events_announce"),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                (
                    "position",
                    models.BigIntegerField(db_default=0, primary_key=True, serialize=False),
                ),
                ("xid", models.BigIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("event_id", models.UUIDField(default=apps.kernel.ids.new_id)),
                ("topic", models.CharField(max_length=120)),
                ("version", models.PositiveSmallIntegerField()),
                ("actor", models.CharField(max_length=64)),
                ("correlation_id", models.CharField(max_length=64)),
                ("traceparent", models.CharField(max_length=55)),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("payload", models.JSONField()),
            ],
            options={
                "verbose_name": "event",
                "db_table": "events_log",
                "ordering": ("-xid", "-position"),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ConsumerCursor",
            fields=[
                *RECORD_FIELDS,
                ("name", models.CharField(max_length=64, unique=True)),
                ("xid", models.BigIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                (
                    "read_until",
                    models.DateTimeField(
                        help_text="When the last event read was written.", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("stopped", "Stopped")],
                        default="running",
                        max_length=10,
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0, help_text="In a row, at the next event."
                    ),
                ),
                ("failed_position", models.BigIntegerField(null=True)),
                ("error", models.TextField(blank=True)),
                ("stopped_at", models.DateTimeField(null=True)),
            ],
            options={"verbose_name": "consumer", "ordering": ("name",)},
        ),
        migrations.CreateModel(
            name="SkippedEvent",
            fields=[
                *RECORD_FIELDS,
                ("consumer", models.CharField(max_length=64)),
                ("position", models.BigIntegerField()),
                ("topic", models.CharField(max_length=120)),
                ("error", models.TextField()),
                ("reason", models.TextField()),
                (
                    "skipped_by",
                    models.CharField(help_text="Public id of the operator.", max_length=64),
                ),
            ],
            options={"ordering": ("-id",)},
        ),
    ]
