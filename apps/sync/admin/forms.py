"""What operators ask on the pages of sync."""

from typing import Any
from uuid import UUID

from django import forms
from typing_extensions import override

from apps.sync.models import SyncConflict, SyncState
from apps.sync.ports import tables
from apps.sync.types import Resolution


class WhyForm(forms.Form):
    """Which row, and which device."""

    device = forms.UUIDField(help_text="The id of a device, as on its page.")
    table = forms.ChoiceField(help_text="As clients call it.")
    record = forms.CharField(max_length=36, help_text="The row's id.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["table"]
        assert isinstance(choice, forms.ChoiceField), "Declared above."
        choice.choices = [(table.name, table.name) for table in tables]

    def clean_device(self) -> SyncState:
        """Return the device."""
        wanted: UUID = self.cleaned_data["device"]
        found = SyncState.objects.filter(public_id=wanted).first()
        if found is None:
            raise forms.ValidationError("No device of this id has synced.")
        return found

    def clean_record(self) -> str:
        """Return the id without what was copied along."""
        record: str = self.cleaned_data["record"]
        return record.strip()


class DecideForm(forms.Form):
    """Whose version a conflict ends with."""

    resolution = forms.ChoiceField(
        label="What stays", choices=Resolution.choices, widget=forms.RadioSelect
    )
    values = forms.JSONField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Read with values of their own alone: an object of values by column.",
    )

    def __init__(self, *args: Any, conflict: SyncConflict, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["values"].initial = conflict.mine

    @override
    def clean(self) -> dict[str, Any]:
        """Return the decision; values come with no other than their own."""
        asked: dict[str, Any] = self.cleaned_data
        if asked.get("resolution") != Resolution.MERGED:
            return {**asked, "values": None}
        values = asked.get("values")
        if "values" not in self.errors and not (isinstance(values, dict) and values):
            self.add_error("values", 'An object such as {"title": "Lift"} is expected.')
        return asked
