"""Parameters of pictures as texts: what each may be, and its canonical value."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from apps.imaging.types import LONGEST_SIDE, Fit, Format, Position
from apps.media.errors import BadParameter
from apps.media.types import AskedFormat, Parameters

_HEX = re.compile(r"#?([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_NUMBER = re.compile(r"[0-9]{1,5}")

Word = TypeVar("Word", bound=StrEnum)


def read_parameters(texts: Mapping[str, str]) -> Parameters:
    """Return the parameters that texts tell; raises BadParameter naming each that is wrong."""
    values: dict[str, Any] = {}
    flaws: list[tuple[str, str]] = []
    for name, text in texts.items():
        try:
            field, read = _FIELDS[name]
            values[field] = read(text)
        except KeyError:
            flaws.append((name, f"Unknown; known are: {', '.join(_FIELDS)}."))
        except ValueError as error:
            flaws.append((name, str(error)))
    if flaws:
        raise BadParameter.naming(*flaws)
    return Parameters(**values)


def written_parameters(parameters: Parameters) -> dict[str, str]:
    """Return parameters as texts, in canonical order, without what goes without saying."""
    usual, texts = Parameters(), dict[str, str]()
    for name, (field, _) in _FIELDS.items():
        value = getattr(parameters, field)
        if value != getattr(usual, field):
            texts[name] = str(int(value)) if isinstance(value, bool) else str(value)
    return texts


def background_of(text: str) -> str:
    """Return a colour as "rrggbbaa"; "" for transparent. Raises ValueError."""
    if text == "transparent":
        return ""
    match = _HEX.fullmatch(text)
    if match is None:
        raise ValueError("A colour is rgb, rgba, rrggbb or rrggbbaa in hex, or transparent.")
    digits = match[1].lower()
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    return digits if len(digits) == 8 else f"{digits}ff"


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if _NUMBER.fullmatch(text) else -1
        if not least <= number <= most:
            raise ValueError(f"A whole number from {least} to {most} is expected.")
        return number

    return read


def _word(words: type[Word]) -> Callable[[str], Word]:
    def read(text: str) -> Word:
        try:
            return words(text)
        except ValueError:
            raise ValueError(f"Expected one of: {', '.join(words)}.") from None

    return read


def _format(text: str) -> Format | None:
    if text == AskedFormat.AUTO:
        return None
    try:
        return Format("jpeg" if text == "jpg" else text)
    except ValueError:
        raise ValueError(f"Expected one of: {', '.join(AskedFormat)}.") from None


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("Expected 1 or 0.")
    return text == "1"


_FIELDS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "width": ("width", _number(0, LONGEST_SIDE)),
    "height": ("height", _number(0, LONGEST_SIDE)),
    "fit": ("fit", _word(Fit)),
    "position": ("position", _word(Position)),
    "background": ("background", background_of),
    "trim": ("trim", _number(0, 100)),
    "quality": ("quality", _number(1, 100)),
    "format": ("format", _format),
    "enlarge": ("may_enlarge", _switch),
}
NAMES = tuple(_FIELDS)
