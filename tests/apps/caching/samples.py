"""Namespaces and entries to test with."""

from datetime import timedelta

from apps.caching.entries import Entry, Form
from apps.caching.ports import Namespace
from apps.caching.types import LayerName
from apps.kernel import clock

STRICT = Namespace(
    name="sample.strict",
    title="Strict samples",
    ttl=timedelta(minutes=10),
)
LENIENT = Namespace(
    name="sample.lenient",
    title="Lenient samples",
    ttl=timedelta(minutes=10),
    stale_while_revalidate=timedelta(minutes=10),
    stale_if_error=timedelta(hours=1),
    waits_at_most=timedelta(seconds=20),
)
SMALL = Namespace(
    name="sample.small",
    title="Small samples",
    ttl=timedelta(minutes=10),
    layers=(LayerName.MEMORY, LayerName.REDIS),
)


def entry(
    key: str = "key", *, body: bytes = b"value", lives: float = 600.0, **other: object
) -> Entry:
    """Return an entry made now that is good for so many seconds, and then for nothing."""
    made_at = clock.now().timestamp()
    known: dict[str, object] = {
        "namespace": STRICT.name,
        "key": key,
        "tags": (),
        "form": Form.BYTES,
        "body": body,
        "seen": "",
        "made_at": made_at,
        "fresh_until": made_at + lives,
        "stale_until": made_at + lives,
        "reserve_until": made_at + lives,
        "cost_seconds": 0.1,
    }
    return Entry(**(known | other))  # type: ignore[arg-type]  # each of its field's type


class Maker:
    """Makes a value, and counts how often it was asked to."""

    def __init__(self, value: object = b"made") -> None:
        self.value = value
        self.calls = 0

    def __call__(self) -> object:
        """Return the value, or raise it."""
        self.calls += 1
        if isinstance(self.value, Exception):
            raise self.value
        return self.value
