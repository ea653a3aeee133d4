"""Form fields of small tables, one row a line: easier to write than JSON, and than many inputs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from typing_extensions import override
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.notifications.languages import TAG


class PairsField(forms.CharField):
    """Lines of ``name = sample``, as a mapping."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **options
        )

    @override
    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{name} = {sample}" for name, sample in value.items())
        return value

    @override
    def to_python(self, value: Any) -> Any:
        return pairs_in(value or "")


class TranslationsField(PairsField):
    """Lines of ``tag = name | description``, as a category keeps them."""

    @override
    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(
                f"{tag} = {names['name']} | {names.get('description', '')}"
                for tag, names in value.items()
            )
        return value

    @override
    def to_python(self, value: Any) -> Any:
        found = {}
        for tag, names in pairs_in(value or "").items():
            name, _, description = (part.strip() for part in names.partition("|"))
            if not TAG.fullmatch(tag) or not name:
                raise ValidationError(f"Write a language's tag, =, and a name: {tag} = {names}")
            found[tag] = {"name": name, "description": description}
        return found


def pairs_in(text: str) -> dict[str, str]:
    """Return what stands before and after the first "=" of each line; empty lines are skipped."""
    lines = (line.partition("=") for line in text.splitlines() if line.strip())
    return {name.strip(): sample.strip() for name, _, sample in lines}
