"""Forgetting: rows of the truth, in the transaction of whatever made an entry wrong."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Count

from apps.caching.errors import UnknownNamespace
from apps.caching.events import CacheCleared
from apps.caching.layers.stack import stack
from apps.caching.ledger import ledger
from apps.caching.models import Invalidation
from apps.caching.ports import LONGEST_LIFE, Namespace, namespaces
from apps.caching.types import Scope
from apps.events.services import announce
from apps.kernel import clock

log = structlog.get_logger("caching")

# Of one namespace: every process holds them in its memory. More, and all of it is forgotten.
MOST_KEPT = 50_000
# A transaction is older than its row when it commits.
_SLACK = timedelta(hours=1)


def forget(namespace: Namespace, *keys: str) -> None:
    """Let what is remembered under these keys count no more.

    True with the caller's transaction: at once here, within half a second everywhere.
    """
    _write(Scope.KEY, namespace.name, keys)


def forget_matching(namespace: Namespace, pattern: str) -> None:
    """Let all keys like a pattern (``*``, ``?``, ``[...]``) count no more; as `forget`."""
    _write(Scope.PATTERN, namespace.name, [pattern])


def forget_tagged(*tags: str) -> None:
    """Let everything that bears one of these tags, in any namespace, count no more; as `forget`."""
    _write(Scope.TAG, "", tags)


@transaction.atomic
def clear(*, namespace: str, reason: str) -> None:
    """Let everything of a namespace count no more, and free what it takes.

    Raises UnknownNamespace. Announces CacheCleared.
    """
    if namespace not in namespaces:
        known = ", ".join(each.name for each in namespaces) or "none"
        raise UnknownNamespace(f"There is no namespace {namespace!r}; there are: {known}.")
    _write(Scope.ALL, namespace, [""])
    announce(CacheCleared(namespace=namespace, reason=reason))
    transaction.on_commit(lambda: stack().clear(namespace))


def prune() -> None:
    """Delete what can meet no entry any more; where there are too many rows, forget all instead."""
    Invalidation.objects.filter(made_at__lt=clock.now() - LONGEST_LIFE - _SLACK).delete()
    counted = Invalidation.objects.order_by().values("namespace").annotate(rows=Count("id"))
    for namespace in counted.filter(rows__gt=MOST_KEPT).values_list("namespace", flat=True):
        _collapse(namespace)


@transaction.atomic
def _collapse(namespace: str) -> None:
    """Put one row in place of many; those of tags (no namespace) meet all namespaces."""
    rows = Invalidation.objects.filter(namespace=namespace)
    known = list(rows.values_list("id", flat=True))
    for each in [namespace] if namespace else [every.name for every in namespaces]:
        _write(Scope.ALL, each, [""])
    rows.filter(id__in=known).delete()
    log.warning("invalidations.collapsed", namespace=namespace or "tags", rows=len(known))


def _write(scope: Scope, namespace: str, subjects: Iterable[str]) -> None:
    Invalidation.objects.bulk_create(
        Invalidation(scope=scope, namespace=namespace, subject=subject) for subject in subjects
    )
    transaction.on_commit(ledger.read_anew)
