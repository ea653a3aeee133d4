"""Texts, wishes, devices, and what was sent to whom; attempts, partitioned by day."""

import apps.kernel.ids
import apps.notifications.models.preference
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


CREATE_ATTEMPTS = """
CREATE SEQUENCE notifications_attempt_id_seq;
CREATE TABLE notifications_attempt (
    id bigint NOT NULL DEFAULT nextval('notifications_attempt_id_seq'),
    delivery_id bigint NOT NULL,
    number smallint NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms double precision NOT NULL,
    status smallint,
    code varchar(64) NOT NULL,
    reason varchar(300) NOT NULL,
    provider_id varchar(200) NOT NULL,
    outcome varchar(14) NOT NULL,
    next_attempt_at timestamptz,
    PRIMARY KEY (id, started_at)
) PARTITION BY RANGE (started_at);
ALTER SEQUENCE notifications_attempt_id_seq OWNED BY notifications_attempt.id;
CREATE INDEX notifications_attempt_delivery ON notifications_attempt (delivery_id, number);
CREATE TABLE notifications_attempt_default PARTITION OF notifications_attempt DEFAULT;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE_ATTEMPTS, "DROP TABLE notifications_attempt"),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigIntegerField(db_default=0, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("duration_ms", models.FloatField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("code", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("provider_id", models.CharField(max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("retry", "Retry"),
                            ("failed", "Failed"),
                            ("retired", "Retired"),
                            ("misconfigured", "Misconfigured"),
                            ("expired", "Expired"),
                        ],
                        max_length=14,
                    ),
                ),
                ("next_attempt_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "notifications_attempt",
                "ordering": ("-number",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Category",
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
                ("key", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("translations", models.JSONField(blank=True, default=dict)),
                (
                    "is_mandatory",
                    models.BooleanField(
                        default=False,
                        help_text="Cannot be switched off, and nothing holds it back.",
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("push", "Push"), ("email", "E-mail"), ("inbox", "Inbox")],
                            max_length=10,
                        ),
                        help_text="On unless the person says otherwise.",
                        size=None,
                    ),
                ),
                (
                    "throttle_limit",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="At most so many per person and channel; 0 for no limit.",
                    ),
                ),
                ("throttle_seconds", models.PositiveIntegerField(default=0)),
                (
                    "digest_seconds",
                    models.PositiveIntegerField(
                        default=0, help_text="Gathered for so long after the first; 0 for never."
                    ),
                ),
                ("is_push_only_when_offline", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="Template",
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
                ("key", models.CharField(max_length=64, unique=True)),
                ("category", models.CharField(max_length=64)),
                ("variables", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="Digest",
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
                ("category", models.CharField(max_length=64)),
                ("key", models.CharField(blank=True, max_length=100)),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("item_count", models.PositiveIntegerField(default=0)),
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
            name="Notification",
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
                ("sender", models.CharField(max_length=100)),
                ("idempotency_key", models.CharField(max_length=200)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("category", models.CharField(max_length=64)),
                ("template", models.CharField(blank=True, max_length=64)),
                ("variables", models.JSONField(blank=True, default=dict)),
                ("texts", models.JSONField(blank=True, default=dict)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("is_silent", models.BooleanField(default=False)),
                (
                    "target_kind",
                    models.CharField(
                        choices=[
                            ("users", "Users"),
                            ("topic", "Everybody subscribed to a topic"),
                            ("segment", "Everybody a segment's query finds"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target", models.JSONField(default=dict)),
                ("channels", models.JSONField(blank=True, null=True)),
                (
                    "urgency",
                    models.CharField(
                        choices=[("high", "High"), ("normal", "Normal")],
                        default="normal",
                        max_length=10,
                    ),
                ),
                ("ttl_seconds", models.PositiveIntegerField()),
                ("collapse_id", models.CharField(blank=True, max_length=64)),
                ("digest_key", models.CharField(blank=True, max_length=100)),
                ("scheduled_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("expanding", "Expanding"),
                            ("expanded", "Expanded"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="scheduled",
                        max_length=10,
                    ),
                ),
                ("expanded_until", models.BigIntegerField(default=0)),
                ("recipient_count", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("correlation_id", models.CharField(blank=True, max_length=64)),
                ("traceparent", models.CharField(blank=True, max_length=55)),
            ],
            options={
                "ordering": ("-id",),
                "permissions": (("send_notification", "Can send notifications to anybody"),),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("scheduled", "expanding"))),
                        fields=["scheduled_at"],
                        name="notifications_to_expand",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sender", "idempotency_key"), name="notifications_one_per_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                ("category", models.CharField(max_length=64)),
                (
                    "channel",
                    models.CharField(
                        choices=[("push", "Push"), ("email", "E-mail"), ("inbox", "Inbox")],
                        max_length=10,
                    ),
                ),
                ("is_enabled", models.BooleanField()),
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
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="ProviderAccount",
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
                ("name", models.SlugField(max_length=64, unique=True)),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("fcm", "Firebase Cloud Messaging"),
                            ("apns", "Apple Push Notification service"),
                            ("web_push", "Web Push"),
                        ],
                        max_length=10,
                    ),
                ),
                ("config", models.JSONField(blank=True, default=dict)),
                ("sealed_secret", models.TextField(blank=True)),
                ("is_enabled", models.BooleanField(default=True)),
                ("is_default", models.BooleanField(default=False)),
                ("sealed_token", models.TextField(blank=True)),
                ("token_issued_at", models.DateTimeField(blank=True, null=True)),
                ("token_expires_at", models.DateTimeField(blank=True, null=True)),
                ("alarmed_at", models.DateTimeField(blank=True, null=True)),
                ("alarm", models.CharField(blank=True, max_length=300)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("service",),
                        name="notifications_one_default_account",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuietHours",
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
                ("is_enabled", models.BooleanField(default=True)),
                ("starts_at", models.TimeField()),
                ("ends_at", models.TimeField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=apps.notifications.models.preference.every_day,
                        size=None,
                    ),
                ),
                ("time_zone", models.CharField(blank=True, max_length=64)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "quiet hours",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Recipient",
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
                ("category", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("suppressed", "Suppressed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decisions", models.JSONField(default=list)),
                ("waiting_channels", models.JSONField(blank=True, default=list)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("language", models.CharField(blank=True, max_length=35)),
                (
                    "digest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="recipients",
                        to="notifications.digest",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="notifications.notification",
                    ),
                ),
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
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Inbox",
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
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "inboxes",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="InboxItem",
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
                ("category", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=500)),
                ("body", models.TextField(blank=True)),
                ("url", models.CharField(blank=True, max_length=2048)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inbox_item",
                        to="notifications.recipient",
                    ),
                ),
            ],
            options={
                "ordering": ("-public_id",),
            },
        ),
        migrations.CreateModel(
            name="Registration",
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
                ("device_id", models.UUIDField(blank=True, null=True)),
                ("session_id", models.UUIDField(blank=True, null=True)),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("fcm", "Firebase Cloud Messaging"),
                            ("apns", "Apple Push Notification service"),
                            ("web_push", "Web Push"),
                        ],
                        max_length=10,
                    ),
                ),
                ("token", models.TextField(blank=True)),
                ("fid", models.CharField(blank=True, max_length=64)),
                ("p256dh", models.CharField(blank=True, max_length=100)),
                ("auth", models.CharField(blank=True, max_length=40)),
                ("app_id", models.CharField(blank=True, max_length=155)),
                ("locale", models.CharField(blank=True, max_length=35)),
                ("registered_at", models.DateTimeField()),
                ("last_accepted_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "retire_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unregistered", "The provider says that it is gone"),
                            ("signed_out", "Its session ended"),
                            ("removed", "Removed by the app or its device"),
                            ("operator", "Retired by an operator"),
                            ("stale", "Not heard of for too long"),
                            ("moved", "Its app is used by another person now"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="notifications.provideraccount",
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
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("category", models.CharField(max_length=64)),
                (
                    "channel",
                    models.CharField(
                        choices=[("push", "Push"), ("email", "E-mail"), ("inbox", "Inbox")],
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField()),
                (
                    "urgency",
                    models.CharField(
                        choices=[("high", "High"), ("normal", "Normal")], max_length=10
                    ),
                ),
                ("collapse_id", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("accepted", "Accepted"),
                            ("failed", "Failed"),
                            ("retired", "Retired"),
                            ("expired", "Expired"),
                            ("delivered", "Delivered"),
                            ("opened", "Opened"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.UUIDField(blank=True, null=True)),
                ("attempt_count", models.PositiveSmallIntegerField(default=0)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("last_code", models.CharField(blank=True, max_length=64)),
                ("last_reason", models.CharField(blank=True, max_length=300)),
                ("provider_id", models.CharField(blank=True, max_length=200)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="notifications.provideraccount",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.recipient",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="notifications.registration",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="TemplateText",
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
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("push", "Push"), ("email", "E-mail"), ("inbox", "Inbox")],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=35)),
                ("title", models.CharField(blank=True, max_length=500)),
                ("body", models.TextField(blank=True)),
                ("url", models.CharField(blank=True, max_length=2048)),
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="notifications.template",
                    ),
                ),
            ],
            options={
                "ordering": ("template", "channel", "language"),
            },
        ),
        migrations.CreateModel(
            name="TopicSubscription",
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
                ("topic", models.CharField(max_length=80)),
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
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("user", "category", "key"),
                name="notifications_one_open_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                fields=("user", "category", "channel"), name="notifications_one_preference_each"
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["user", "-id"], name="notifications_of_recipient"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["due_at"],
                name="notifications_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                fields=("notification", "user"), name="notifications_one_recipient_each"
            ),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(fields=["user", "-public_id"], name="notifications_inbox_of"),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True), ("read_at__isnull", True)),
                fields=["user"],
                name="notifications_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("retired_at__isnull", True)),
                fields=["user"],
                name="notifications_live_devices",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["session_id"], name="notifications_device_session"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                models.F("service"),
                models.Func(models.F("token"), function="md5"),
                condition=models.Q(("token", ""), _negated=True),
                name="notifications_one_registration_per_token",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fid", ""), _negated=True),
                fields=("service", "fid"),
                name="notifications_one_registration_per_fid",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("token", ""), _negated=True),
                    models.Q(("fid", ""), _negated=True),
                    ("retired_at__isnull", False),
                    _connector="OR",
                ),
                name="notifications_registration_has_an_address",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["account", "due_at"],
                name="notifications_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["user", "category", "channel", "-created_at"],
                name="notifications_throttle",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ("failed", "retired", "expired"))),
                fields=["state", "-id"],
                name="notifications_gone_wrong",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("recipient", "channel", "registration"),
                name="notifications_once_per_device",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "queued")),
                    models.Q(
                        models.Q(("state", "queued"), _negated=True), ("lease_token__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="notifications_due_while_queued",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatetext",
            constraint=models.UniqueConstraint(
                fields=("template", "channel", "language"), name="notifications_one_text_each"
            ),
        ),
        migrations.AddIndex(
            model_name="topicsubscription",
            index=models.Index(fields=["topic", "user"], name="notifications_of_topic"),
        ),
        migrations.AddConstraint(
            model_name="topicsubscription",
            constraint=models.UniqueConstraint(
                fields=("user", "topic"), name="notifications_one_subscription_each"
            ),
        ),
    ]
