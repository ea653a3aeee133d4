"""The operator's view of notifications: what is said, and how each kind may be sent."""

from apps.notifications.admin.categories import CategoryAdmin
from apps.notifications.admin.templates import TemplateAdmin

__all__ = ["CategoryAdmin", "TemplateAdmin"]
