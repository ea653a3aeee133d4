"""The door of notifications for writes: sending, wishes of people, texts, and carrying."""

from apps.notifications.services.templates import lint_template, save_template

__all__ = ["lint_template", "save_template"]
