"""The door of notifications for writes: sending, wishes of people, texts, and carrying."""

from apps.notifications.services.accounts import (
    check_account,
    create_account,
    rotate_account_secret,
    update_account,
)
from apps.notifications.services.cancelling import cancel_notification
from apps.notifications.services.categories import (
    delete_category,
    flaws_of_category,
    save_category,
)
from apps.notifications.services.delivering import deliver_due
from apps.notifications.services.expanding import expand_due
from apps.notifications.services.following import follow_rules
from apps.notifications.services.inbox import hold_inboxes
from apps.notifications.services.preferences import (
    change_preferences,
    set_quiet_hours,
)
from apps.notifications.services.reading import archive, mark_read, mark_seen, mark_unread
from apps.notifications.services.registrations import register_device, retire_registration
from apps.notifications.services.releasing import release_due
from apps.notifications.services.retention import maintain
from apps.notifications.services.sending import send_notification
from apps.notifications.services.sign_outs import retire_signed_out
from apps.notifications.services.templates import delete_template, lint_template, save_template
from apps.notifications.services.topics import leave_topic, subscribe_to_topic
from apps.notifications.services.tracking import report_delivered, report_opened
from apps.notifications.services.trying import try_device

__all__ = [
    "archive",
    "cancel_notification",
    "change_preferences",
    "check_account",
    "create_account",
    "delete_category",
    "delete_template",
    "deliver_due",
    "expand_due",
    "flaws_of_category",
    "follow_rules",
    "hold_inboxes",
    "leave_topic",
    "lint_template",
    "maintain",
    "mark_read",
    "mark_seen",
    "mark_unread",
    "register_device",
    "release_due",
    "report_delivered",
    "report_opened",
    "retire_registration",
    "retire_signed_out",
    "rotate_account_secret",
    "save_category",
    "save_template",
    "send_notification",
    "set_quiet_hours",
    "subscribe_to_topic",
    "try_device",
    "update_account",
]
