"""The door of notifications for writes: sending, wishes of people, texts, and carrying."""

from apps.notifications.services.delivering import deliver_due
from apps.notifications.services.retention import maintain
from apps.notifications.services.templates import lint_template, save_template

__all__ = ["deliver_due", "lint_template", "maintain", "save_template"]
