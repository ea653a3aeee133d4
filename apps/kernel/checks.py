"""System checks: a model of ours without a complete declaration of personal data is refused."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from apps.kernel.personal import PersonalData


@register("mainstay")
def personal_data_is_declared(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> list[CheckMessage]:
    """Refuse to start while a field of a model of ours is neither personal nor impersonal."""
    configs = apps.get_app_configs() if app_configs is None else app_configs
    ours = (config for config in configs if config.name.startswith("apps."))
    return [
        message
        for config in ours
        for model in config.get_models()
        for message in complaints_about(model)
    ]


def complaints_about(model: type[Model]) -> list[CheckMessage]:
    """Return what is missing from, or too much in, the declaration of one model."""
    declaration = getattr(model, "personal_data", None)
    if not isinstance(declaration, PersonalData):
        return [_complaint(model, "has no `personal_data`", 1)]
    technical = getattr(model, "TECHNICAL_FIELDS", frozenset({"id"}))
    fields = {field.name for field in model._meta.concrete_fields} - technical  # noqa: SLF001
    missing = sorted(fields - declaration.declared)
    unknown = sorted(declaration.declared - fields)
    complaints = []
    if missing:
        complaints.append(_complaint(model, f"does not declare {', '.join(missing)}", 2))
    if unknown:
        complaints.append(_complaint(model, f"declares unknown {', '.join(unknown)}", 3))
    return complaints


def _complaint(model: type[Model], what: str, number: int) -> CheckMessage:
    return Error(
        f"{model._meta.label} {what}.",  # noqa: SLF001  _meta is Django's documented API
        hint="Name every field in its PersonalData, as personal (with a treatment) or impersonal.",
        id=f"mainstay.E00{number}",
    )
