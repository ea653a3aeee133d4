"""What operators ask on the pages of sync."""

from typing import Any
from uuid import UUID

from django import forms

from apps.sync.models import SyncState
from apps.sync.ports import tables


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
