"""Names of enumerations in the OpenAPI document: those of the classes they come from."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Choices
from drf_spectacular.hooks import postprocess_schema_enums
from drf_spectacular.settings import patched_settings


def name_enums(result: dict[str, Any], generator: Any, **options: Any) -> dict[str, Any]:
    """Move every enumeration into a component (a post-processing hook of drf-spectacular).

    Left to itself, drf-spectacular names them after the fields they are met in, so that an
    enumeration changes its name, and a client its types, when another app has such a field.
    """
    with patched_settings({"ENUM_NAME_OVERRIDES": _names()}):
        named: dict[str, Any] = postprocess_schema_enums(result, generator, **options)
    return named


def _names() -> dict[str, Any]:
    """Return the choices of our apps by app and class, such as ``BuildingsRole``."""
    names: dict[tuple[Any, ...], str] = {}
    for choices in sorted(_descendants(Choices), key=lambda found: found.__module__):
        config = apps.get_containing_app_config(choices.__module__)
        if config is not None and config.name.startswith("apps."):
            # Of two with equal members, one name has to do.
            names.setdefault(tuple(choices.choices), f"{config.label.title()}{choices.__name__}")
    return {name: list(members) for members, name in names.items()}


def _descendants(base: type[Choices]) -> Iterator[type[Choices]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _descendants(subclass)
