"""Remembering: look it up, or make it once for all who ask; the heart of this app."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import structlog

from apps.caching import metrics
from apps.caching.entries import Age, Form, decoded
from apps.caching.errors import Absent
from apps.caching.failures import failed_lately
from apps.caching.keeper import keeper
from apps.caching.layers.stack import Found, stack
from apps.caching.making import Wish
from apps.caching.ports import Namespace
from apps.caching.refreshing import refresh_soon
from apps.caching.types import Remembered
from apps.kernel import clock

log = structlog.get_logger("caching")

T = TypeVar("T")
Given = ParamSpec("Given")


def remember(
    namespace: Namespace,
    key: str,
    compute: Callable[[], T],
    *,
    ttl: timedelta | None = None,
    tags: Sequence[str] = (),
) -> Remembered[T]:
    """Return what is remembered under a key; else what ``compute`` returns, and remember that.

    A value is bytes, or what JSON can say, and comes back as JSON says it (a tuple as a list).
    ``ttl`` takes the place of the namespace's. Call it outside of a transaction that changes what
    is computed: that would not be remembered.

    Raises Absent where ``compute`` does or lately did, StillBeingMade after the namespace's
    ``waits_at_most``, and what else ``compute`` raises, unless there is a stale answer to serve.
    """
    keeper.start_once()
    wish = Wish(namespace, key, compute, namespace.ttl if ttl is None else ttl, tuple(tags))
    found = stack().find(namespace, key)
    stack().used(namespace, key)
    if found is None or found.age is Age.RESERVE:
        found = _made(wish, found)
    elif found.is_over and not failed_lately.has(wish.address):
        refresh_soon(wish.address, wish.refresh)
    return cast("Remembered[T]", _answer(namespace, found))


def note_uses(namespace: Namespace, key: str, *, times: int) -> None:
    """Count answers that a caller has given again by itself, so that they count as popular."""
    stack().used(namespace, key, times=times)


def cacheable(
    namespace: Namespace,
    *,
    key: Callable[Given, str],
    ttl: timedelta | None = None,
    tags: Callable[Given, Sequence[str]] | None = None,
) -> Callable[[Callable[Given, T]], Callable[Given, T]]:
    """Remember what a function returns, under the key that ``key`` makes of its arguments.

    Stale values are returned as far as the namespace allows; who must know calls `remember`.
    """

    def decorate(function: Callable[Given, T]) -> Callable[Given, T]:
        @wraps(function)
        def run(*args: Given.args, **kwargs: Given.kwargs) -> T:
            tagged = tags(*args, **kwargs) if tags else ()
            found = remember(
                namespace,
                key(*args, **kwargs),
                lambda: function(*args, **kwargs),
                ttl=ttl,
                tags=tagged,
            )
            return found.value

        return run

    return decorate


def _made(wish: Wish, reserve: Found | None) -> Found:
    """Return it made by one of those who ask; the reserve where that fails, or lately did."""
    if reserve and failed_lately.has(wish.address):
        return reserve
    try:
        return wish.shared()
    except Exception as error:
        if reserve is None:
            metrics.ANSWERS.labels("error", wish.namespace.name).inc()
            raise
        log.warning("reserve.served", namespace=wish.namespace.name, error=type(error).__name__)
        return reserve


def _answer(namespace: Namespace, found: Found) -> Remembered[object]:
    entry, outcome = found.entry, "made" if found.layer is None else found.age.value
    if entry.form is Form.ABSENT:
        metrics.ANSWERS.labels("absent", namespace.name).inc()
        raise Absent(entry.body.decode())
    metrics.ANSWERS.labels(outcome, namespace.name).inc()
    return Remembered(
        value=decoded(entry),
        is_stale=found.age is not Age.FRESH,
        age_seconds=max(0.0, clock.now().timestamp() - entry.made_at),
        layer=found.layer,
    )
