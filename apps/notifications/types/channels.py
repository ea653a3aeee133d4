"""Ways to reach people, and who carries what goes by them."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """A way to reach a person, as they can switch it on and off."""

    PUSH = "push", "Push"
    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class PushService(TextChoices):
    """Who carries a push to a device."""

    FCM = "fcm", "Firebase Cloud Messaging"
    APNS = "apns", "Apple Push Notification service"
    WEB_PUSH = "web_push", "Web Push"


class ApnsEnvironment(TextChoices):
    """Which of Apple's two services knows a token: that of the store, or that of development."""

    PRODUCTION = "production", "Production"
    SANDBOX = "sandbox", "Sandbox"


class PreviewPlatform(TextChoices):
    """Where a template is shown to who writes it."""

    IOS = "ios", "iOS"
    ANDROID = "android", "Android"
    WEB = "web", "Web"
    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class Urgency(TextChoices):
    """Whether a device is woken for it."""

    HIGH = "high", "High"
    NORMAL = "normal", "Normal"
