"""What operators ask on the pages of realtime."""

import json
from typing import Any
from uuid import UUID

from django import forms
from typing_extensions import override

from apps.accounts.selectors import user_by_email, user_by_public_id
from apps.accounts.types import UserSummary


class WhyForm(forms.Form):
    """Which message, and which person."""

    person = forms.CharField(
        max_length=254, help_text="The e-mail address or the id of a user, as in the log."
    )
    event = forms.UUIDField(required=False, help_text="The id of an event; or instead of it:")
    channel = forms.CharField(
        max_length=160, required=False, help_text="user:<id> or room:<kind>:<id>"
    )
    number = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="The message's offset."
    )

    def clean_person(self) -> UserSummary:
        """Return the person."""
        found = _person(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError("Nobody has this address or id.")
        return found

    @override
    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        names_number = asked.get("channel") and asked.get("number")
        if not self.errors and bool(asked.get("event")) == bool(names_number):
            raise forms.ValidationError("Name an event, or a channel and a number on it.")
        return asked


class PublishForm(forms.Form):
    """What to publish where."""

    channel = forms.CharField(max_length=160)
    message = forms.CharField(max_length=20_000)

    def clean_message(self) -> dict[str, Any]:
        """Return the JSON object."""
        try:
            message = json.loads(self.cleaned_data["message"])
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise forms.ValidationError("A JSON object is expected.")
        return message


def _person(text: str) -> UserSummary | None:
    if "@" in text:
        return user_by_email(text)
    try:
        return user_by_public_id(UUID(text.strip()))
    except ValueError:
        return None
