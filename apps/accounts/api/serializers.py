"""What identity looks like over HTTP."""

from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.accounts.emails import canonical_email
from apps.accounts.errors import UnknownTimeZone
from apps.accounts.locality import LOCALE_PATTERN, known_time_zone
from apps.accounts.models import Device, Session, User
from apps.accounts.password_policy import MAX_LENGTH
from apps.accounts.types import DeviceDetails, Platform
from apps.api.serializers import StrictModelSerializer, StrictSerializer


class TimeZoneField(serializers.CharField):
    """The name of an IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    @override
    def to_internal_value(self, data: Any) -> str:
        name: str = super().to_internal_value(data)
        try:
            return known_time_zone(name) if name else name
        except UnknownTimeZone as error:
            raise serializers.ValidationError(error.detail, code="unknown_time_zone") from None


class LocaleField(serializers.RegexField):
    """A BCP 47 language tag."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rf"\A{LOCALE_PATTERN}\Z", max_length=35, **kwargs)


class MeOut(StrictModelSerializer):
    """The user, as they see themselves."""

    class Meta:
        model = User
        fields = ("id", "email", "name", "locale", "time_zone", "tier", "created_at")
        read_only_fields = fields


class MeIn(StrictSerializer):
    """What users may change about themselves."""

    name = serializers.CharField(max_length=120, allow_blank=True, required=False)
    locale = LocaleField(required=False)
    time_zone = TimeZoneField(required=False)


class PasswordIn(StrictSerializer):
    """A password somebody thinks of choosing, and what it must not resemble."""

    password = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False)
    email = serializers.CharField(max_length=254, allow_blank=True, required=False)
    name = serializers.CharField(max_length=120, allow_blank=True, required=False)


class GuestIn(StrictSerializer):
    """What an app knows of somebody who has told nothing yet."""

    locale = LocaleField(required=False)
    time_zone = TimeZoneField(required=False)


class TokensOut(StrictSerializer):
    """What proves who asks, and what renews it."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField()


class UpgradeIn(StrictSerializer):
    """The address and password by which a guest will sign in from now on."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False)

    def validate_email(self, email: str) -> str:
        """Bring the address into canonical form."""
        return canonical_email(email)


class BrokenRuleOut(StrictSerializer):
    """A rule of the password policy that the password breaks."""

    code = serializers.CharField()
    message = serializers.CharField()


class StrengthOut(StrictSerializer):
    """How strong a password is; it is taken if it breaks no rule, whatever its score."""

    score = serializers.IntegerField(min_value=0, max_value=4)
    warning = serializers.CharField(allow_blank=True)
    suggestions = serializers.ListField(child=serializers.CharField())
    broken_rules = BrokenRuleOut(many=True)


class DeviceOut(StrictModelSerializer):
    """A device of the user."""

    class Meta:
        model = Device
        fields = (
            "id",
            "installation_id",
            "platform",
            "name",
            "model",
            "os_version",
            "app_version",
            "locale",
            "time_zone",
            "last_seen_at",
            "created_at",
        )
        read_only_fields = fields


class DeviceChangesIn(StrictSerializer):
    """What may change about a device as long as the app stays installed."""

    name = serializers.CharField(max_length=120, allow_blank=True, required=False)
    model = serializers.CharField(max_length=120, allow_blank=True, required=False)
    os_version = serializers.CharField(max_length=40, allow_blank=True, required=False)
    app_version = serializers.CharField(max_length=40, allow_blank=True, required=False)
    locale = LocaleField(allow_blank=True, required=False)
    time_zone = TimeZoneField(allow_blank=True, required=False)


class DeviceIn(DeviceChangesIn):
    """The device the app runs on; the app chooses the installation id at its first start."""

    installation_id = serializers.RegexField(r"\A[A-Za-z0-9._-]{1,64}\Z", max_length=64)
    platform = serializers.ChoiceField(Platform.choices)

    def details(self) -> DeviceDetails:
        """Return what the app says of its device."""
        told = {k: v for k, v in self.validated_data.items() if k != "installation_id"}
        return DeviceDetails(**told)


class SessionDeviceOut(StrictModelSerializer):
    """The device a session is on."""

    class Meta:
        model = Device
        fields = ("id", "platform", "name", "model", "app_version", "last_seen_at")
        read_only_fields = fields


class SessionOut(StrictModelSerializer):
    """A session of the user that has not ended."""

    device = SessionDeviceOut(read_only=True, allow_null=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ("id", "device", "ip", "user_agent", "created_at", "last_used_at", "is_current")
        read_only_fields = fields

    def get_is_current(self, session: Session) -> bool:
        """Whether it is the session this request was made in."""
        return bool(session.public_id == self.context["request"].auth)
