"""How registrations look from outside; tokens and keys come in and never go out."""

from dataclasses import fields
from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.notifications.api import device_examples as examples
from apps.notifications.languages import TAG
from apps.notifications.models import Registration
from apps.notifications.types import ApnsEnvironment, DeviceAddress, PushService


@examples.new_registration
class RegistrationIn(StrictSerializer):
    """Where the app's device can be reached, as its push service told the app."""

    service = serializers.ChoiceField(choices=PushService.choices)
    token = serializers.RegexField(
        r"\A[\x21-\x7e]{1,4096}\Z",
        max_length=4096,
        required=False,
        help_text="FCM's registration token, or APNs' device token in hexadecimal digits.",
    )
    fid = serializers.RegexField(
        r"\A[A-Za-z0-9_-]{1,64}\Z",
        max_length=64,
        required=False,
        help_text="FCM's installation id, beside the token or instead of it.",
    )
    endpoint = serializers.CharField(
        max_length=2048, required=False, help_text="Web Push: the subscription's endpoint."
    )
    p256dh = serializers.CharField(
        max_length=100, required=False, help_text="Web Push: the subscription's public key."
    )
    auth = serializers.CharField(
        max_length=40, required=False, help_text="Web Push: the subscription's secret."
    )
    app_id = serializers.RegexField(
        r"\A[A-Za-z0-9._-]{1,155}\Z",
        max_length=155,
        required=False,
        help_text="The bundle id; APNs needs it where the account does not name it.",
    )
    environment = serializers.ChoiceField(
        choices=ApnsEnvironment.choices,
        required=False,
        help_text="APNs: `sandbox` for builds signed for development.",
    )
    account = serializers.SlugField(
        max_length=64,
        required=False,
        help_text="Which of the installation's accounts it is, where several fit.",
    )
    device = serializers.UUIDField(
        required=False,
        default=None,
        help_text="Your device at `/api/v1/accounts/devices/`; else the one of this session.",
    )
    locale = serializers.RegexField(
        rf"\A{TAG.pattern}\Z",
        max_length=35,
        required=False,
        help_text="The language of this device (BCP 47), where it is not yours everywhere.",
    )

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_web = attrs["service"] == PushService.WEB_PUSH
        wrong, right = ("token", "endpoint") if is_web else ("endpoint", "token")
        if wrong in attrs:
            raise serializers.ValidationError({wrong: [f"This service has a {right}."]})
        return attrs

    def address(self) -> DeviceAddress:
        """Return where the device can be reached."""
        told = {**self.validated_data, "service": PushService(self.validated_data["service"])}
        if "endpoint" in told:
            told["token"] = told.pop("endpoint")
        names = {field.name for field in fields(DeviceAddress)}
        return DeviceAddress(**{name: value for name, value in told.items() if name in names})


@examples.registration
class RegistrationOut(StrictModelSerializer):
    """A device that the person is sent pushes on."""

    account = serializers.CharField(source="account.name")
    device = serializers.UUIDField(source="device_id", allow_null=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = Registration
        fields = (
            "id",
            "service",
            "account",
            "device",
            "app_id",
            "locale",
            "is_current",
            "registered_at",
            "last_accepted_at",
            "created_at",
        )
        read_only_fields = fields

    def get_is_current(self, registration: Registration) -> bool:
        """Whether it was registered in the session this request is made in."""
        return bool(registration.session_id == self.context["request"].auth)


@examples.web_push_key
class WebPushKeyOut(StrictSerializer):
    """What a browser needs to subscribe."""

    account = serializers.CharField()
    public_key = serializers.CharField(help_text="base64url, as `applicationServerKey` is given.")
