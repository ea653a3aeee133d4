"""A new app's two lines go where it stands, and nowhere else."""

import pytest

from apps.kernel.floors import Floor
from apps.kernel.scaffold.placement import (
    Place,
    PlaceRefused,
    above,
    beside,
    on,
    with_installed,
    with_layer,
)

FLOORS = [
    Floor(("shops",), "reference domain"),
    Floor(("mails", "events"), "the middle"),
    Floor(("kernel",), "ground"),
]
PYPROJECT = """
[[contracts]]
id = "floors"
layers = [
  # Top to bottom.
  "shops",           # reference domain
  "mails | events",  # the middle
  "kernel",          # ground
]

[[contracts]]
id = "rooms"
layers = [
  "(admin)",
]
"""
SETTINGS = """MAINSTAY_APPS = [
    "apps.kernel",
    "apps.events",
    "apps.mails",
]
"""


def test_beside_joins_the_neighbours_floor() -> None:
    changed = with_layer(PYPROJECT, "parks", beside("mails", FLOORS))

    assert changed == PYPROJECT.replace(
        """  "shops",           # reference domain
  "mails | events",  # the middle
  "kernel",          # ground""",
        """  "shops",                   # reference domain
  "mails | events | parks",  # the middle
  "kernel",                  # ground""",
    )


def test_above_opens_a_new_floor() -> None:
    changed = with_layer(PYPROJECT, "parks", above("mails", "green things", FLOORS))

    assert changed == PYPROJECT.replace(
        """  "mails | events",""",
        """  "parks",           # green things
  "mails | events",""",
    )


def test_a_floor_is_found_by_the_beginning_of_its_purpose() -> None:
    assert on("Reference", FLOORS) == beside("shops", FLOORS)


@pytest.mark.parametrize("purpose", ["cellar", ""])
def test_an_unknown_or_ambiguous_floor_is_refused_with_those_there_are(purpose: str) -> None:
    with pytest.raises(PlaceRefused, match="reference domain"):
        on(purpose, FLOORS)


def test_an_unknown_neighbour_is_refused_with_those_there_are() -> None:
    with pytest.raises(PlaceRefused, match="shops, mails, events, kernel"):
        beside("nobody", FLOORS)
    with pytest.raises(PlaceRefused, match="shops, mails, events, kernel"):
        above("nobody", "green things", FLOORS)


def test_a_new_floor_needs_a_purpose() -> None:
    with pytest.raises(PlaceRefused, match="needs a purpose"):
        above("mails", "", FLOORS)


def test_the_app_is_installed_after_its_neighbour() -> None:
    changed = with_installed(SETTINGS, "parks", "events")

    assert changed == SETTINGS.replace(
        '    "apps.mails",\n', '    "apps.parks",\n    "apps.mails",\n'
    )


def test_nothing_is_built_on_what_runs_in_development_only() -> None:
    with pytest.raises(PlaceRefused, match="development only"):
        with_installed(SETTINGS, "parks", "playground")


def test_a_place_remembers_whether_its_floor_is_new() -> None:
    assert above("mails", "green things", FLOORS) == Place(
        neighbour="mails", purpose="green things", is_new_floor=True
    )
