"""The reading door of caching: what is remembered, and how the layers are filled."""

from apps.caching import housekeeping, warming
from apps.caching.entries import Age, Entry, Form, decoded
from apps.caching.layers.bodies import body_of
from apps.caching.layers.stack import stack
from apps.caching.ledger import ledger
from apps.caching.ports import Namespace
from apps.caching.types import KeptFile, LayerName, LayerState, Popular, Remembered, Storage
from apps.kernel import clock


def look_up(namespace: Namespace, key: str) -> Remembered[object] | None:
    """What is remembered and fresh or marked as stale; None else, also for an absence."""
    found = stack().find(namespace, key)
    if found is None or found.entry.form is Form.ABSENT or found.age is Age.RESERVE:
        return None
    return Remembered(
        value=decoded(found.entry),
        is_stale=found.age is not Age.FRESH,
        age_seconds=_age_seconds(found.entry),
        layer=found.layer,
    )


def kept_file(namespace: Namespace, key: str) -> KeptFile | None:
    """Where the bytes under a key lie on this host, if they are fresh or marked as stale.

    None too for bytes below 4 KiB, which lie within their entry, and for what is no bytes. Counts
    as being asked for. A file keeps its bytes for as long as it is there.
    """
    found = stack().find_file(namespace, key)
    stack().used(namespace, key)
    if found is None:
        return None
    body = body_of(found.found.entry)
    assert body is not None
    return KeptFile(
        path=found.path,
        name=found.path.relative_to(stack().files.entries_folder).as_posix(),
        size_bytes=body.size_bytes,
        is_stale=found.found.age is not Age.FRESH,
        age_seconds=_age_seconds(found.found.entry),
    )


def forgetting_mark() -> int | None:
    """What changes whenever something was forgotten anywhere, as known half a second ago at most.

    For callers that give an answer again by themselves; None where nobody knows, so they must not.
    """
    return ledger.mark()


def layers() -> list[LayerState]:
    """How each layer is filled: this process's memory, Redis, this host's files."""
    return [stack().memory.state(), stack().redis.state(), _files()]


def storage() -> Storage | None:
    """What the last sweep of this host's folder found; None before the first."""
    return housekeeping.last_sweep()


def popular(*, limit: int) -> list[Popular]:
    """What this host is asked for most, first what is most so."""
    return warming.popular(limit=limit)


def _age_seconds(entry: Entry) -> float:
    return max(0.0, clock.now().timestamp() - entry.made_at)


def _files() -> LayerState:
    last = storage()
    return LayerState(
        name=LayerName.FILES,
        entries=last.entries if last else 0,
        size_bytes=last.size_bytes if last else 0,
        limit_bytes=housekeeping.limits().limit_bytes,
        is_resting=stack().files.is_resting,
    )
