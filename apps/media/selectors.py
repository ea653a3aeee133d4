"""The reading door of the image service: presets, and where remote pictures may come from."""

from apps.caching.services import remember
from apps.media.errors import UnknownPreset
from apps.media.models import Preset, RemoteSource
from apps.media.parameters import read_parameters, written_parameters
from apps.media.ports import presets
from apps.media.remembered import LISTS
from apps.media.types import NamedParameters, Origin

PRESETS, ORIGINS = "presets", "origins"


def listed_origins() -> frozenset[Origin]:
    """All origins that pictures may be taken from."""
    found = remember(LISTS, ORIGINS, _read_origins)
    return frozenset(Origin(scheme, host, port) for scheme, host, port in found.value)


def preset_named(name: str) -> NamedParameters:
    """The preset of a name, of an app or of the operators; raises UnknownPreset."""
    registered = presets.get(name)
    if registered is not None:
        return registered
    told = remember(LISTS, PRESETS, _read_presets).value.get(name)
    if told is None:
        raise UnknownPreset(f"There is no preset {name!r}.")
    return NamedParameters(name=name, title="", parameters=read_parameters(told))


def _read_origins() -> list[tuple[str, str, int]]:
    rows = RemoteSource.objects.filter(is_open=True).order_by()
    return list(rows.values_list("scheme", "host", "port"))


def _read_presets() -> dict[str, dict[str, str]]:
    return {row.name: written_parameters(row.named().parameters) for row in Preset.objects.all()}
