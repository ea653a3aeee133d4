"""The picture of the floors leaves out what others imply, and is well-formed."""

from xml.etree import ElementTree

from apps.kernel.floors import Floor
from apps.kernel.reference.picture import draw_floors, implied_left_out

IMPORTS = {
    "shops": {"accounts", "events", "kernel"},
    "accounts": {"events", "kernel"},
    "events": {"kernel"},
    "kernel": set[str](),
}


def test_an_import_that_follows_from_others_is_left_out() -> None:
    assert implied_left_out(IMPORTS) == {
        "shops": {"accounts"},
        "accounts": {"events"},
        "events": {"kernel"},
        "kernel": set(),
    }


def test_every_floor_app_and_line_is_drawn_once() -> None:
    floors = [Floor((app,), f"<{app} & more>") for app in IMPORTS]

    drawing = ElementTree.fromstring(draw_floors(floors, IMPORTS))

    classes = [element.get("class") for element in drawing.iter()]
    assert classes.count("app") == 4
    assert classes.count("floor") == 4
    # Lines to the ground are left out.
    assert classes.count("import") == 2
