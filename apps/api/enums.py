"""Names of enumerations in the OpenAPI document: those of the classes they come from."""

from collections.abc import Iterator, Sequence
from enum import Enum, StrEnum
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
    # A process without Django, such as that of imaging, has enumerations of Python alone.
    found = [*_descendants(Choices), *_descendants(StrEnum)]
    for enumeration in sorted(found, key=lambda each: each.__module__):
        config = apps.get_containing_app_config(enumeration.__module__)
        members = tuple(_choices(enumeration))
        if members and config is not None and config.name.startswith("apps."):
            # Of two with equal members, one name has to do.
            names.setdefault(members, f"{config.label.title()}{enumeration.__name__}")
    return {name: list(members) for members, name in names.items()}


def _choices(enumeration: type[Enum]) -> Sequence[tuple[Any, str]]:
    """Return the members as a field takes them; those of Python have no other label."""
    if issubclass(enumeration, Choices):
        return enumeration.choices
    return [(member.value, member.value) for member in enumeration]


def _descendants(base: type[Enum]) -> Iterator[type[Enum]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _descendants(subclass)
