"""The reading door of the image service: presets, and where remote pictures may come from."""

from apps.caching.selectors import look_up, popular
from apps.caching.services import remember
from apps.caching.types import Popular
from apps.media.breakers import resting_key
from apps.media.errors import UnknownPreset
from apps.media.models import Preset, RemoteSource
from apps.media.parameters import read_parameters, written_parameters
from apps.media.ports import presets
from apps.media.remembered import LISTS, PICTURES, REFUSALS
from apps.media.types import NamedParameters, Origin

_MOST_POPULAR = 500
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


def popular_pictures(*, limit: int) -> list[Popular]:
    """The pictures that this host is asked for most."""
    found = [each for each in popular(limit=_MOST_POPULAR) if each.namespace == PICTURES.name]
    return found[:limit]


def is_left_alone(origin: Origin) -> bool:
    """Whether some process lets an origin rest, because it failed time after time."""
    return look_up(REFUSALS, resting_key(origin)) is not None


def _read_origins() -> list[tuple[str, str, int]]:
    rows = RemoteSource.objects.filter(is_open=True).order_by()
    return list(rows.values_list("scheme", "host", "port"))


def _read_presets() -> dict[str, dict[str, str]]:
    return {row.name: written_parameters(row.named().parameters) for row in Preset.objects.all()}
