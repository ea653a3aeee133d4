"""The picture of the floors: plain SVG, drawn without any tool, readable light and dark."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from apps.kernel.floors import Floor

WIDTH = 760
_FLOOR_HEIGHT = 74
_BOX_WIDTH = 132
_BOX_HEIGHT = 34
_LABEL_WIDTH = 190
# Everybody uses it; its lines would hide the others.
_GROUND = "kernel"

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .purpose { font-size: 11px; fill: #7b8794; }
  .floor { stroke: #d5dce3; }
  .app { fill: #eef4fb; stroke: #4a7fb5; }
  .import { fill: none; stroke: #4a7fb5; stroke-width: 1.2; opacity: .65; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; } .app { fill: #1d2b3a; } .floor { stroke: #3e4c59; }
  }
"""
_ARROWHEAD = """<defs>
<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 8 4 0 8z" fill="#4a7fb5"/></marker>
</defs>"""


@dataclass(frozen=True)
class _Box:
    """Where one app is drawn."""

    app: str
    left: float
    top: float

    @property
    def middle(self) -> float:
        return self.left + _BOX_WIDTH / 2

    @property
    def bottom(self) -> float:
        return self.top + _BOX_HEIGHT


def draw_floors(floors: Sequence[Floor], imports: Mapping[str, set[str]]) -> str:
    """Return an SVG of the floors, top to bottom, with a line for each import between apps.

    Lines to the ground, and lines that others imply, are left out.
    """
    boxes = {box.app: box for box in _boxes(floors)}
    height = len(floors) * _FLOOR_HEIGHT
    parts = [
        *(_floor(floor, index) for index, floor in enumerate(floors)),
        *(_line(boxes[upper], boxes[lower]) for upper, lower in _drawn(imports, boxes)),
        *(_app(box) for box in boxes.values()),
    ]
    box = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">',
            "<title>The floors of Mainstay, and which app imports which</title>",
            f"<style>{_STYLE}</style>",
            _ARROWHEAD,
            *parts,
            "</svg>",
        ]
    )


def implied_left_out(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the imports without those that follow from two or more others (their reduction)."""
    return {
        upper: {
            lower
            for lower in lowers
            if not any(lower in _reachable(imports, other) for other in lowers - {lower})
        }
        for upper, lowers in imports.items()
    }


def _reachable(imports: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        below = imports.get(waiting.pop(), set()) - found
        found |= below
        waiting.extend(below)
    return found


def _drawn(imports: Mapping[str, set[str]], boxes: Mapping[str, _Box]) -> Iterator[tuple[str, str]]:
    for upper, lowers in sorted(implied_left_out(imports).items()):
        for lower in sorted(lowers - {_GROUND}):
            if upper in boxes and lower in boxes:
                yield upper, lower


def _boxes(floors: Sequence[Floor]) -> Iterator[_Box]:
    for index, floor in enumerate(floors):
        room = (WIDTH - _LABEL_WIDTH) / len(floor.apps)
        for place, app in enumerate(floor.apps):
            left = _LABEL_WIDTH + room * place + (room - _BOX_WIDTH) / 2
            # A single box would hide the lines that pass its floor, so neighbours are shifted.
            shift = (index % 3 - 1) * room / 4 if len(floor.apps) == 1 else 0
            yield _Box(app, left + shift, index * _FLOOR_HEIGHT + 20)


def _floor(floor: Floor, index: int) -> str:
    top = index * _FLOOR_HEIGHT
    lines = wrap(floor.purpose, width=32, max_lines=2, placeholder=" …")
    first = top + 41 - 7 * (len(lines) - 1)
    texts = [
        f'<text class="purpose" x="0" y="{first + 14 * number}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return f'<line class="floor" x1="0" x2="{WIDTH}" y1="{top}" y2="{top}"/>{"".join(texts)}'


def _app(box: _Box) -> str:
    return (
        f'<rect class="app" x="{box.left:g}" y="{box.top:g}" rx="5" '
        f'width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}"/>'
        f'<text x="{box.middle:g}" y="{box.top + 22:g}" text-anchor="middle">{escape(box.app)}'
        "</text>"
    )


def _line(upper: _Box, lower: _Box) -> str:
    reach = (lower.top - upper.bottom) / 2
    return (
        f'<path class="import" marker-end="url(#tip)" d="M{upper.middle:g} {upper.bottom:g} '
        f"C{upper.middle:g} {upper.bottom + reach:g} {lower.middle:g} {lower.top - reach:g} "
        f'{lower.middle:g} {lower.top:g}"/>'
    )
