"""What an operator might do about the cache, from how it fares now."""

from collections.abc import Iterator, Sequence

from apps.caching.types import LayerName, LayerState, Pressure, Removal, Removed, Storage

# Of what is kept: so much evicted by one sweep will soon be missed.
_MUCH_EVICTED = 0.1
_NEARLY_FULL = 0.95

_FAILING = {
    LayerName.REDIS: "Redis does not answer: each host makes what it lacks. See its health check.",
    LayerName.FILES: "Files cannot be written: look at the disk and the rights of STATE_DIR.",
}


def advice(layers: Sequence[LayerState], storage: Storage | None) -> list[str]:
    """Return what to do, most pressing first; empty where all is well."""
    return [*_about_failures(layers), *_about_files(storage), *_about_sizes(layers)]


def _about_failures(layers: Sequence[LayerState]) -> Iterator[str]:
    for layer in layers:
        if layer.is_resting:
            yield _FAILING[layer.name]


def _about_files(storage: Storage | None) -> Iterator[str]:
    if storage is None:
        return
    if storage.pressure is Pressure.FULL:
        yield "The disk is nearly full and nothing is written: free some, or add to it."
    evicted = storage.removed.get(Removal.EVICTED, Removed()).size_bytes
    if evicted > storage.limit_bytes * _MUCH_EVICTED:
        yield "Much is evicted that was still good: raise CACHING_FILES_MIB if there is disk."
    if storage.removed.get(Removal.STRAY):
        yield "Files of unknown namespaces were removed: is the folder shared with something else?"


def _about_sizes(layers: Sequence[LayerState]) -> Iterator[str]:
    for layer in layers:
        if layer.name is LayerName.REDIS and layer.share > _NEARLY_FULL:
            yield "Redis's share is used up, so entries go early: raise CACHING_REDIS_MIB."
