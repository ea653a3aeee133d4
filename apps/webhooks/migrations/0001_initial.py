"""Endpoints and their secrets; messages, deliveries and attempts, each partitioned by day."""

import apps.kernel.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE_ATTEMPTS = """
CREATE SEQUENCE webhooks_attempt_id_seq;
CREATE TABLE webhooks_attempt (
    id bigint NOT NULL DEFAULT nextval('webhooks_attempt_id_seq'),
    delivery_id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms double precision NOT NULL,
    dns_ms double precision,
    connect_ms double precision,
    tls_ms double precision,
    first_byte_ms double precision,
    request_headers jsonb NOT NULL,
    status smallint,
    response_headers jsonb NOT NULL,
    response_body bytea NOT NULL,
    is_cut boolean NOT NULL,
    outcome varchar(10) NOT NULL,
    error varchar(40) NOT NULL,
    reason text NOT NULL,
    next_attempt_at timestamptz,
    PRIMARY KEY (id, started_at)
) PARTITION BY RANGE (started_at);
ALTER SEQUENCE webhooks_attempt_id_seq OWNED BY webhooks_attempt.id;
CREATE INDEX webhooks_attempt_delivery ON webhooks_attempt (delivery_id, number);
CREATE TABLE webhooks_attempt_default PARTITION OF webhooks_attempt DEFAULT;
"""

# The day of the event is part of every key: one that is unique in PostgreSQL holds the column that
# the table is partitioned by. An event has its day for ever, so a replay meets its own rows.
CREATE_MESSAGES = """
CREATE SEQUENCE webhooks_message_id_seq;
CREATE TABLE webhooks_message (
    id bigint NOT NULL DEFAULT nextval('webhooks_message_id_seq'),
    public_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    topic varchar(120) NOT NULL,
    body bytea NOT NULL,
    occurred_at timestamptz NOT NULL,
    correlation_id varchar(64) NOT NULL,
    traceparent varchar(55) NOT NULL,
    PRIMARY KEY (id, occurred_at),
    UNIQUE (public_id, occurred_at)
) PARTITION BY RANGE (occurred_at);
ALTER SEQUENCE webhooks_message_id_seq OWNED BY webhooks_message.id;
CREATE TABLE webhooks_message_default PARTITION OF webhooks_message DEFAULT;
"""

CREATE_DELIVERIES = """
CREATE SEQUENCE webhooks_delivery_id_seq;
CREATE TABLE webhooks_delivery (
    id bigint NOT NULL DEFAULT nextval('webhooks_delivery_id_seq'),
    public_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    message_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    endpoint_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    ordering_key varchar(100) NOT NULL DEFAULT '',
    state varchar(10) NOT NULL,
    due_at timestamptz,
    lease_token uuid,
    attempt_count integer NOT NULL,
    retries_used smallint NOT NULL,
    resend_count integer NOT NULL,
    last_status smallint,
    last_reason varchar(300) NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (id, occurred_at),
    UNIQUE (public_id, occurred_at),
    CONSTRAINT webhooks_message_once_per_endpoint UNIQUE (message_id, endpoint_id, occurred_at),
    CONSTRAINT webhooks_delivery_due_while_pending CHECK (
        (state = 'pending' AND due_at IS NOT NULL)
        OR (state <> 'pending' AND lease_token IS NULL)
    )
) PARTITION BY RANGE (occurred_at);
ALTER SEQUENCE webhooks_delivery_id_seq OWNED BY webhooks_delivery.id;
CREATE INDEX webhooks_delivery_due ON webhooks_delivery (endpoint_id, due_at)
    WHERE state = 'pending';
-- One key after the other, and of each the oldest: by hash, so that one can begin anywhere.
CREATE INDEX webhooks_delivery_ordered
    ON webhooks_delivery (endpoint_id, hashtext(ordering_key), id)
    WHERE state = 'pending' AND ordering_key <> '';
CREATE INDEX webhooks_delivery_of_owner ON webhooks_delivery (owner_id, public_id DESC);
CREATE INDEX webhooks_delivery_of_endpoint ON webhooks_delivery (endpoint_id, public_id DESC);
CREATE TABLE webhooks_delivery_default PARTITION OF webhooks_delivery DEFAULT;
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

MESSAGE_STATE = migrations.CreateModel(
    name="Message",
    fields=[
        *RECORD_FIELDS,
        ("topic", models.CharField(max_length=120)),
        ("body", models.BinaryField()),
        ("occurred_at", models.DateTimeField()),
        ("correlation_id", models.CharField(max_length=64)),
        ("traceparent", models.CharField(max_length=55)),
    ],
    options={"ordering": ("-id",)},
)

DELIVERY_STATE = migrations.CreateModel(
    name="Delivery",
    fields=[
        *RECORD_FIELDS,
        ("message_id", models.BigIntegerField()),
        ("occurred_at", models.DateTimeField()),
        (
            "message",
            models.ForeignObject(
                from_fields=("message_id", "occurred_at"),
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="webhooks.message",
                to_fields=("id", "occurred_at"),
            ),
        ),
        (
            "endpoint",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="webhooks.endpoint",
            ),
        ),
        (
            "owner",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        ("ordering_key", models.CharField(blank=True, default="", max_length=100)),
        (
            "state",
            models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("succeeded", "Succeeded"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        ("due_at", models.DateTimeField(null=True)),
        ("lease_token", models.UUIDField(null=True)),
        ("attempt_count", models.PositiveIntegerField(default=0)),
        ("retries_used", models.PositiveSmallIntegerField(default=0)),
        ("resend_count", models.PositiveIntegerField(default=0)),
        ("last_status", models.PositiveSmallIntegerField(null=True)),
        ("last_reason", models.CharField(blank=True, max_length=300)),
        ("finished_at", models.DateTimeField(null=True)),
    ],
    options={
        "verbose_name_plural": "deliveries",
        "ordering": ("-id",),
        "constraints": [
            models.UniqueConstraint(
                fields=("message_id", "endpoint", "occurred_at"),
                name="webhooks_message_once_per_endpoint",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "pending")),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True), ("lease_token__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="webhooks_delivery_due_while_pending",
            ),
        ],
        "indexes": [
            models.Index(
                condition=models.Q(("state", "pending")),
                fields=["endpoint", "due_at"],
                name="webhooks_delivery_due",
            ),
            models.Index(fields=["owner", "-public_id"], name="webhooks_delivery_of_owner"),
            models.Index(fields=["endpoint", "-public_id"], name="webhooks_delivery_of_endpoint"),
        ],
    },
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE_ATTEMPTS, "DROP TABLE webhooks_attempt"),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigIntegerField(db_default=0, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.FloatField()),
                ("dns_ms", models.FloatField(null=True)),
                ("connect_ms", models.FloatField(null=True)),
                ("tls_ms", models.FloatField(null=True)),
                ("first_byte_ms", models.FloatField(null=True)),
                ("request_headers", models.JSONField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("response_headers", models.JSONField()),
                ("response_body", models.BinaryField()),
                ("is_cut", models.BooleanField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("succeeded", "Succeeded"), ("failed", "Failed")], max_length=10
                    ),
                ),
                ("error", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("next_attempt_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "webhooks_attempt",
                "ordering": ("-number",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                *RECORD_FIELDS,
                ("url", models.CharField(max_length=2048)),
                ("description", models.CharField(blank=True, max_length=200)),
                (
                    "event_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                (
                    "hears_everything",
                    models.BooleanField(
                        default=False,
                        help_text="A platform partner: hears every event, not only those its owner may hear.",
                    ),
                ),
                (
                    "header_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("sealed_headers", models.TextField(blank=True)),
                (
                    "has_asymmetric_signature",
                    models.BooleanField(
                        default=False,
                        help_text="Signed by a key of the platform too, which anybody can verify.",
                    ),
                ),
                (
                    "is_ordered",
                    models.BooleanField(
                        default=False,
                        help_text="Events with the same ordering key are sent one after the other.",
                    ),
                ),
                ("rate_per_second", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("booked_until", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("enabled", "Enabled"), ("disabled", "Disabled")],
                        default="enabled",
                        max_length=10,
                    ),
                ),
                (
                    "disabled_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("owner", "Its owner switched it off"),
                            ("operator", "An operator switched it off"),
                            ("gone", "It answered 410 Gone"),
                            ("failing", "It failed for days"),
                        ],
                        max_length=10,
                    ),
                ),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                ("consecutive_failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("last_failed_at", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("trips", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("probing_until", models.DateTimeField(blank=True, null=True)),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owed_notice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("failing", "That it fails"),
                            ("disabled", "That it was disabled"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate_per_second__isnull", True),
                            ("rate_per_second__range", (1, 1000)),
                            _connector="OR",
                        ),
                        name="webhooks_endpoint_rate_is_sane",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EndpointSecret",
            fields=[
                *RECORD_FIELDS,
                ("ciphertext", models.TextField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="webhooks.endpoint",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.RunSQL(
            CREATE_MESSAGES, "DROP TABLE webhooks_message", state_operations=[MESSAGE_STATE]
        ),
        migrations.RunSQL(
            CREATE_DELIVERIES, "DROP TABLE webhooks_delivery", state_operations=[DELIVERY_STATE]
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state", "enabled")),
                fields=["event_types"],
                name="webhooks_endpoint_hearing",
            ),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(fields=["owner", "-public_id"], name="webhooks_endpoint_of_owner"),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(
                condition=models.Q(("failing_since__isnull", False)),
                fields=["failing_since"],
                name="webhooks_endpoint_failing",
            ),
        ),
        migrations.AddIndex(
            model_name="endpoint",
            index=models.Index(
                condition=models.Q(("owed_notice", ""), _negated=True),
                fields=["id"],
                name="webhooks_endpoint_owing_notice",
            ),
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                *RECORD_FIELDS,
                (
                    "kind",
                    models.CharField(
                        choices=[("replay", "Replay"), ("recover", "Recover")], max_length=10
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "event_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("position", models.UUIDField(null=True)),
                ("total", models.PositiveBigIntegerField()),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("requested_by", models.CharField(blank=True, max_length=64)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recoveries",
                        to="webhooks.endpoint",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "recoveries",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("endpoint", "kind"),
                        name="webhooks_one_recovery_at_a_time",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["endpoint", "-public_id"], name="webhooks_recovery_of_endpoint"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Examination",
            fields=[
                *RECORD_FIELDS,
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("leased_until", models.DateTimeField(null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sound", "Accepts what is genuine and refuses what is not"),
                            ("unsound", "At least one check failed"),
                            ("unreachable", "Nothing could be sent to it"),
                        ],
                        max_length=12,
                    ),
                ),
                ("checks", models.JSONField(default=list)),
                ("requested_by", models.CharField(blank=True, max_length=64)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="examinations",
                        to="webhooks.endpoint",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=("endpoint",),
                        name="webhooks_one_examination_at_a_time",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["endpoint", "-public_id"], name="webhooks_exam_of_endpoint"
                    ),
                ],
            },
        ),
    ]
