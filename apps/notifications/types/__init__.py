"""The words of notifications: channels, states, contents, and what goes to and from a provider."""

from apps.notifications.types.channels import (
    ApnsEnvironment,
    Channel,
    PreviewPlatform,
    PushService,
    Urgency,
)
from apps.notifications.types.decisions import (
    Decision,
    ExplainedAttempt,
    ExplainedDelivery,
    Explanation,
    RecipientState,
    Ruling,
    Step,
)
from apps.notifications.types.deliveries import (
    Backlog,
    DeliveryState,
    Outcome,
    Parcel,
    Reply,
)
from apps.notifications.types.devices import (
    AccountCheck,
    Address,
    DeviceAddress,
    ProviderSettings,
    RetireReason,
)
from apps.notifications.types.requests import (
    NotificationState,
    SentNotification,
    Target,
    TargetKind,
)
from apps.notifications.types.wishes import (
    CategoryPreference,
    InboxChange,
    InboxCounts,
    PreferenceChange,
    QuietHoursSetting,
    QuietTimes,
)
from apps.notifications.types.words import (
    CategoryName,
    CategorySettings,
    Content,
    TemplateTexts,
    Text,
)

__all__ = [
    "AccountCheck",
    "Address",
    "ApnsEnvironment",
    "Backlog",
    "CategoryName",
    "CategoryPreference",
    "CategorySettings",
    "Channel",
    "Content",
    "Decision",
    "DeliveryState",
    "DeviceAddress",
    "ExplainedAttempt",
    "ExplainedDelivery",
    "Explanation",
    "InboxChange",
    "InboxCounts",
    "NotificationState",
    "Outcome",
    "Parcel",
    "PreferenceChange",
    "PreviewPlatform",
    "ProviderSettings",
    "PushService",
    "QuietHoursSetting",
    "QuietTimes",
    "RecipientState",
    "Reply",
    "RetireReason",
    "Ruling",
    "SentNotification",
    "Step",
    "Target",
    "TargetKind",
    "TemplateTexts",
    "Text",
    "Urgency",
]
