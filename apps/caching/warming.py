"""Warming: making popular entries before somebody asks for them."""

import structlog
from django.conf import settings

from apps.caching import popularity
from apps.caching.entries import Age
from apps.caching.layers.stack import stack
from apps.caching.ports import namespaces, warmers
from apps.caching.types import Popular
from apps.kernel import clock

log = structlog.get_logger("caching")

# What was asked for less is not worth making unasked.
_LEAST_SCORE = 2.0


def popular(*, limit: int) -> list[Popular]:
    """Return what this host is asked for most, first what is most so."""
    known = popularity.gathered(stack().files.folder)
    return popularity.most_asked(known, clock.now().timestamp(), limit=limit)


def warm(*, limit: int | None = None) -> int:
    """Make anew the most popular entries that are not fresh, by their warmers; return how many."""
    wanted = [each for each in popular(limit=limit or settings.CACHING_WARMED) if _is_due(each)]
    return sum(_warmed(each) for each in wanted)


def _is_due(each: Popular) -> bool:
    namespace = namespaces.get(each.namespace)
    if namespace is None or each.namespace not in warmers or each.score < _LEAST_SCORE:
        return False
    found = stack().find(namespace, each.key, is_counted=False)
    return found is None or found.age is not Age.FRESH


def _warmed(each: Popular) -> bool:
    warmer = warmers.get(each.namespace)
    assert warmer is not None
    try:
        warmer.warm(each.key)
    except Exception:
        log.warning("warming.failed", namespace=each.namespace, exc_info=True)
        return False
    return True
