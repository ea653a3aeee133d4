"""Keys: what a picture is remembered under, and its entity tag, from what was asked alone."""

from dataclasses import asdict
from hashlib import sha256

from apps.imaging.types import Wanted
from apps.media.types import Original, Parameters


def canonical(parameters: Parameters) -> str:
    """Return parameters as text: equal ones alike, different ones differently."""
    return _text(asdict(parameters))


def picture_key(original: Original, wanted: Wanted) -> str:
    """Return what a picture is remembered under: source, version, and how it is wanted."""
    return f"{original.source_id}@{original.version[:32]}/{_text(asdict(wanted))}"


def etag_of(key: str) -> str:
    """Return the strong entity tag of a picture: its key tells all that makes its bytes."""
    return f'"{sha256(key.encode()).hexdigest()[:32]}"'


def _text(fields: dict[str, object]) -> str:
    return ",".join(f"{name}={_value(value)}" for name, value in sorted(fields.items()))


def _value(value: object) -> str:
    return "auto" if value is None else str(int(value) if isinstance(value, bool) else value)
