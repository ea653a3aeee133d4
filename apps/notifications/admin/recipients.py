"""Recipients in the admin: why somebody did or did not get a notification."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.notifications import selectors
from apps.notifications.admin.searching import OfPeople
from apps.notifications.admin.story import story_of
from apps.notifications.models import Recipient


@admin.register(Recipient)
class RecipientAdmin(OfPeople):
    """Who is (not) sent what; each page tells why."""

    icon = "contact_support"
    list_display = ("created_at", "user", "notification", "category", "state", "due_at", "language")
    list_filter = ("state",)
    keys: ClassVar[Sequence[str]] = ("public_id", "notification__public_id")
    beside: ClassVar[Sequence[str]] = ("user", "notification")
    search_help_text = "A person's whole e-mail address; or an id of a person or notification."
    fields = (
        "why",
        "notification",
        "user",
        "category",
        "state",
        "due_at",
        "language",
        "created_at",
    )
    readonly_fields = ("why",)

    @admin.display(description="Why")
    def why(self, recipient: Recipient) -> SafeString:
        """Every step for every channel, up to what the provider replied and the app reported."""
        explanation = selectors.explanation(
            notification_id=recipient.notification.public_id, user_id=recipient.user.public_id
        )
        context = {"explanation": explanation, "ways": story_of(explanation)}
        return render_to_string("notifications/why.html", context)
