"""The form that asks why a namespace is cleared."""

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget


class ClearForm(forms.Form):
    """Asks for the reason, which is kept in the event log."""

    reason = forms.CharField(
        label="Why?",
        min_length=3,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True}),
        help_text="Kept in the event log under your name.",
    )
