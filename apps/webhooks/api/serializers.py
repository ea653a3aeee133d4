"""How webhooks look from outside: ``…In`` parses what clients send, ``…Out`` shows rows."""

from datetime import datetime

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.webhooks.api import examples
from apps.webhooks.custom_headers import masked
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.selectors import secret_of
from apps.webhooks.types import HealthState

MAX_EVENT_TYPES = 100
LONGEST_GRACE_HOURS = 168


@examples.new_endpoint
class EndpointIn(StrictSerializer):
    """Where events are to be sent, and which; without event types all of them."""

    url = serializers.CharField(max_length=2048)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=120),
        max_length=MAX_EVENT_TYPES,
        required=False,
        help_text="Types, beginnings such as `buildings.*`, or `*`.",
    )
    headers = serializers.DictField(
        child=serializers.CharField(trim_whitespace=False),
        required=False,
        help_text="Sent along with every event; replaces all that are there. At most 10.",
    )
    has_asymmetric_signature = serializers.BooleanField(
        required=False,
        help_text="Sign by Ed25519 too; the public keys are at `/api/v1/webhooks/keys/`.",
    )
    is_ordered = serializers.BooleanField(
        required=False,
        help_text="Send events about the same thing one after the other, in order.",
    )
    rate_per_second = serializers.IntegerField(
        min_value=1,
        max_value=1000,
        allow_null=True,
        required=False,
        help_text="Send no more than this; null for no limit.",
    )


class HealthOut(StrictSerializer):
    """How an endpoint is doing."""

    state = serializers.ChoiceField(
        choices=HealthState.choices,
        help_text="`open`: it failed so often that nothing is sent until `next_probe_at`. "
        "`half_open`: one event is sent to find out whether it works again.",
    )
    since = serializers.DateTimeField(allow_null=True)
    consecutive_failures = serializers.IntegerField()
    next_probe_at = serializers.DateTimeField(allow_null=True)


@examples.endpoint
class EndpointOut(StrictModelSerializer):
    """An endpoint and how it is doing."""

    headers = serializers.SerializerMethodField(help_text="The values are masked.")
    health = HealthOut(read_only=True)

    class Meta:
        model = Endpoint
        fields: tuple[str, ...] = (
            "id",
            "url",
            "description",
            "event_types",
            "hears_everything",
            "headers",
            "has_asymmetric_signature",
            "is_ordered",
            "rate_per_second",
            "state",
            "disabled_by",
            "disabled_at",
            "health",
            "consecutive_failures",
            "failing_since",
            "paused_until",
            "created_at",
            "updated_at",
        )

    def get_headers(self, endpoint: Endpoint) -> dict[str, str]:
        """Return the names with masked values."""
        return masked(endpoint.header_names)


@examples.registered_endpoint
class RegisteredEndpointOut(EndpointOut):
    """A new endpoint with the secret that its receiver verifies signatures with."""

    secret = serializers.SerializerMethodField()

    class Meta(EndpointOut.Meta):
        fields = (*EndpointOut.Meta.fields, "secret")

    def get_secret(self, endpoint: Endpoint) -> str:
        """Return the secret as ``whsec_…``."""
        return secret_of(endpoint_id=endpoint.public_id)


@examples.secret
class SecretOut(StrictSerializer):
    """The current secret of an endpoint."""

    secret = serializers.CharField()


@examples.rotation
class RotationIn(StrictSerializer):
    """For how long the former secret still signs beside the new one."""

    grace_hours = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_GRACE_HOURS,
        default=24,
        help_text="With 0, no former secret signs any more.",
    )


@examples.trial
class TrialIn(StrictSerializer):
    """Which event type to send a sample of, if any."""

    event_type = serializers.CharField(max_length=120, required=False)


@examples.trial_delivery
class TrialOut(StrictSerializer):
    """Where to see what came of it."""

    delivery = serializers.UUIDField()


class SigningJwkOut(StrictSerializer):
    """An Ed25519 public key (RFC 8037)."""

    kty = serializers.CharField(help_text="Always OKP.")
    crv = serializers.CharField(help_text="Always Ed25519.")
    x = serializers.CharField()
    kid = serializers.CharField()
    use = serializers.CharField(help_text="Always sig.")
    alg = serializers.CharField(help_text="Always EdDSA.")


class PublicKeyOut(StrictSerializer):
    """A key of the platform that `v1a` signatures are verified with."""

    kid = serializers.CharField()
    state = serializers.CharField(help_text="`next` signs soon, `active` and `retiring` sign now.")
    public_key = serializers.CharField(help_text="As Standard Webhooks writes it: `whpk_…`.")
    jwk = SigningJwkOut()


@examples.public_keys
class PublicKeysOut(StrictSerializer):
    """All keys that sign now or soon."""

    keys = PublicKeyOut(many=True)


@examples.event_type
class EventTypeOut(StrictSerializer):
    """One event type that can be subscribed to."""

    event_type = serializers.CharField()
    description = serializers.CharField()
    version = serializers.IntegerField()
    data_fields = serializers.ListField(child=serializers.CharField())
    example = serializers.DictField(help_text="A whole body, made up.")
    schema = serializers.DictField(help_text="The JSON Schema (2020-12) of the whole body.")


@examples.event_types
class EventTypeListOut(StrictSerializer):
    """The whole catalogue."""

    items = EventTypeOut(many=True)


class AttemptOut(serializers.ModelSerializer[Attempt]):
    """One attempt: what was sent, what came back, why it ended so, and what follows."""

    response_body = serializers.SerializerMethodField()
    response_headers = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2)
    )
    request_headers = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Attempt
        fields = (
            "number",
            "started_at",
            "duration_ms",
            "dns_ms",
            "connect_ms",
            "tls_ms",
            "first_byte_ms",
            "request_headers",
            "status",
            "response_headers",
            "response_body",
            "is_cut",
            "outcome",
            "error",
            "reason",
            "next_attempt_at",
        )

    def get_response_body(self, attempt: Attempt) -> str:
        """Return the body as text; what is no UTF-8 shows as replacement characters."""
        return bytes(attempt.response_body).decode(errors="replace")


@examples.delivery
class DeliveryOut(StrictModelSerializer):
    """One event on its way to one endpoint."""

    endpoint = serializers.UUIDField(source="endpoint.public_id")
    message_id = serializers.UUIDField(
        source="message.public_id", help_text="The webhook-id of every attempt."
    )
    event_type = serializers.CharField(source="message.topic")
    next_attempt_at = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = (
            "id",
            "endpoint",
            "message_id",
            "event_type",
            "state",
            "attempt_count",
            "resend_count",
            "next_attempt_at",
            "last_status",
            "last_reason",
            "created_at",
            "finished_at",
        )

    def get_next_attempt_at(self, delivery: Delivery) -> datetime | None:
        """Return when it is tried next; null once it is finished, or while it is being sent."""
        return delivery.next_attempt_at


@examples.delivery_in_full
class DeliveryInFullOut(DeliveryOut):
    """A delivery with the exact body and its latest attempts, newest first."""

    body = serializers.SerializerMethodField()
    attempts = AttemptOut(source="latest_attempts", many=True)

    class Meta(DeliveryOut.Meta):
        fields = (*DeliveryOut.Meta.fields, "body", "attempts")

    def get_body(self, delivery: Delivery) -> str:
        """Return the body of the request, the very text that is signed."""
        return bytes(delivery.message.body).decode()
