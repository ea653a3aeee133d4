"""The form that asks what the CDN shall forget, and why."""

from typing import Any

from django import forms
from typing_extensions import override
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.cdn.types import MOST_SUBJECTS, Target


class PurgeForm(forms.Form):
    """Asks for the reason too, which is kept in the event log."""

    target = forms.ChoiceField(
        label="What?", choices=Target.choices, widget=UnfoldAdminSelectWidget
    )
    subjects = forms.CharField(
        label="Which?",
        required=False,
        max_length=MOST_SUBJECTS * 2048,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=f"URLs of ours, or paths, with their query; or tags. One on each line, up to "
        f"{MOST_SUBJECTS}. Nothing for everything: pictures are slower until it has them again.",
    )
    reason = forms.CharField(
        label="Why?",
        min_length=3,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept in the event log under your name.",
    )

    def clean_target(self) -> Target:
        """Speak of targets as the services do."""
        return Target(self.cleaned_data["target"])

    def clean_subjects(self) -> list[str]:
        """Return the lines."""
        lines = [line.strip() for line in self.cleaned_data["subjects"].splitlines()]
        subjects = [line for line in lines if line]
        if len(subjects) > MOST_SUBJECTS:
            raise forms.ValidationError(f"{MOST_SUBJECTS} at most.")
        return subjects

    @override
    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        is_everything = asked.get("target") is Target.EVERYTHING
        if "subjects" in asked and is_everything == bool(asked["subjects"]):
            self.add_error(
                "subjects",
                "Everything needs no subjects." if is_everything else "Name at least one.",
            )
        return asked
