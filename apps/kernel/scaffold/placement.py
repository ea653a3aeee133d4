"""The two lines of a new app: its floor in pyproject.toml, its entry in the list of apps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.kernel.floors import LAYER, Floor, layers_block


class PlaceRefused(ValueError):
    """There is no such place; the message says which there are."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a new app stands: on the floor of a neighbour, or on a new floor above it."""

    neighbour: str
    # What the floor is for; of a new floor, it is written beside it.
    purpose: str
    is_new_floor: bool


def beside(neighbour: str, floors: Sequence[Floor]) -> Place:
    """Return the place on an app's floor. Raises PlaceRefused for an unknown app."""
    return Place(
        neighbour=neighbour, purpose=_floor_of(neighbour, floors).purpose, is_new_floor=False
    )


def above(neighbour: str, purpose: str, floors: Sequence[Floor]) -> Place:
    """Return the place on a new floor above an app's. Raises PlaceRefused."""
    _floor_of(neighbour, floors)
    if not purpose or not purpose.isprintable() or '"' in purpose:
        raise PlaceRefused("A new floor needs a purpose: --floor 'what it is for'.")
    return Place(neighbour=neighbour, purpose=purpose, is_new_floor=True)


def on(purpose: str, floors: Sequence[Floor]) -> Place:
    """Return the place on the floor whose purpose starts so. Raises PlaceRefused."""
    found = [floor for floor in floors if floor.purpose.lower().startswith(purpose.lower())]
    if len(found) != 1:
        known = ", ".join(repr(floor.purpose) for floor in floors)
        raise PlaceRefused(f"{purpose!r} names no single floor; there are {known}.")
    return beside(found[0].apps[0], floors)


def with_layer(pyproject: str, app: str, place: Place) -> str:
    """Return pyproject.toml with the app on its floor; the comments stay aligned."""
    start, block = layers_block(pyproject)
    floors = [
        (tuple(name.strip() for name in line["apps"].split("|")), line["purpose"] or "")
        for line in LAYER.finditer(block)
    ]
    index = next(i for i, (apps, _) in enumerate(floors) if place.neighbour in apps)
    if place.is_new_floor:
        floors.insert(index, ((app,), place.purpose))
    else:
        floors[index] = ((*floors[index][0], app), floors[index][1])
    comments = [line for line in block.splitlines() if line.lstrip().startswith("#")]
    lines = [*comments, *_aligned(floors)]
    return pyproject[:start] + "\n".join(lines) + "\n" + pyproject[start + len(block) :]


def with_installed(settings: str, app: str, neighbour: str) -> str:
    """Return the list of apps with the new one after its neighbour.

    Raises PlaceRefused where the neighbour is not in the list, as `playground` is not.
    """
    line = re.search(rf'^    "apps\.{neighbour}",\n', settings, re.MULTILINE)
    if line is None:
        raise PlaceRefused(
            f"{neighbour!r} runs in development only: nothing is built on or beside it."
        )
    return f'{settings[: line.end()]}    "apps.{app}",\n{settings[line.end() :]}'


def _floor_of(app: str, floors: Sequence[Floor]) -> Floor:
    for floor in floors:
        if app in floor.apps:
            return floor
    known = ", ".join(name for floor in floors for name in floor.apps)
    raise PlaceRefused(f"There is no app {app!r}; there are {known}.")


def _aligned(floors: Sequence[tuple[tuple[str, ...], str]]) -> list[str]:
    entries = [f'"{" | ".join(apps)}",' for apps, _ in floors]
    width = max(map(len, entries))
    return [
        f"  {entry:<{width}}  # {purpose}".rstrip()
        for entry, (_, purpose) in zip(entries, floors, strict=True)
    ]
