"""Rules about foreign keys between apps: pure functions, each tested with good and bad examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField

from apps.kernel.floors import Floor, height_of


@dataclass(frozen=True, kw_only=True)
class CrossingKey:
    """A foreign key from a model of one app to a model of another one."""

    source: str
    target: str
    field: str
    reverse_name: str
    is_to_user: bool = False


def crossing_keys() -> Iterator[CrossingKey]:
    """Every foreign key and many-to-many between two of our own apps."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]
    labels = {config.label for config in ours}
    for model in (model for config in ours for model in config.get_models()):
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            target = field.related_model._meta
            if target.app_label in labels - {model._meta.app_label}:
                yield CrossingKey(
                    source=model._meta.app_label,
                    target=target.app_label,
                    field=f"{model.__name__}.{field.name}",
                    reverse_name=field.remote_field.related_name or "",
                    is_to_user=target.label == settings.AUTH_USER_MODEL,
                )


def complaints_about(key: CrossingKey, floors: Sequence[Floor]) -> list[str]:
    """Return what is wrong with a key that crosses from one app to another."""
    name = f"{key.source}.{key.field} -> {key.target}"
    complaints = []
    if not key.is_to_user and height_of(key.source, floors) <= height_of(key.target, floors):
        complaints.append(f"{name} does not point down the floors")
    if key.reverse_name != "+":
        complaints.append(f'{name} needs related_name="+": the lower app must not see the upper')
    return complaints
