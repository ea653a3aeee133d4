"""Asking for purges: rows in the transaction of whatever made an answer wrong, and announced."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.cdn.addresses import usable_urls
from apps.cdn.errors import NoCdn
from apps.cdn.events import PurgeRequested
from apps.cdn.models import Purge
from apps.cdn.tags import usable_tags
from apps.cdn.types import MOST_SUBJECTS, Target
from apps.events.services import announce_all
from apps.kernel.context import current


def purge_urls(urls: Iterable[str], *, reason: str = "") -> list[UUID]:
    """Let the CDN forget these URLs, or paths of ours, query and all; return the purges' ids.

    True with the caller's transaction: within seconds where the CDN is well, and once it is where
    it is not. Without a CDN nothing is written. Raises ForeignUrl. Announces PurgeRequested.
    """
    return _requested(Target.URLS, usable_urls(urls), reason) if settings.CDN_PROVIDER else []


def purge_tags(tags: Iterable[str], *, reason: str = "") -> list[UUID]:
    """Let the CDN forget whatever bears one of these tags; as `purge_urls`. Raises UnusableTag."""
    return _requested(Target.TAGS, usable_tags(tags), reason) if settings.CDN_PROVIDER else []


def purge_everything(*, reason: str = "") -> list[UUID]:
    """Let the CDN forget all it has of ours; as `purge_urls`."""
    return _requested(Target.EVERYTHING, [], reason) if settings.CDN_PROVIDER else []


def request_purge(*, target: Target, subjects: Sequence[str], reason: str) -> list[UUID]:
    """Let the CDN forget what an operator says, and return the purges' ids.

    Raises NoCdn, ForeignUrl or UnusableTag. Announces PurgeRequested, with the operator as actor.
    """
    if not settings.CDN_PROVIDER:
        raise NoCdn("Set CDN_PROVIDER, and what belongs to it.")
    match target:
        case Target.URLS:
            return purge_urls(subjects, reason=reason)
        case Target.TAGS:
            return purge_tags(subjects, reason=reason)
        case Target.EVERYTHING:
            return purge_everything(reason=reason)


@transaction.atomic
def _requested(target: Target, subjects: list[str], reason: str) -> list[UUID]:
    actor = current().actor
    purges = Purge.objects.bulk_create(
        Purge(target=target, subjects=part, reason=reason, requested_by=actor)
        for part in _parts(target, subjects)
    )
    announce_all(
        [
            PurgeRequested(
                purge_id=each.public_id, target=target, subjects=each.subjects, reason=reason
            )
            for each in purges
        ]
    )
    return [each.public_id for each in purges]


def _parts(target: Target, subjects: list[str]) -> Iterator[list[str]]:
    if target is Target.EVERYTHING:
        yield []
    for start in range(0, len(subjects), MOST_SUBJECTS):
        yield subjects[start : start + MOST_SUBJECTS]
