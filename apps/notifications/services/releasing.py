"""Releasing: what was held back until a time is decided again when that has come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from time import monotonic

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts.selectors import users_by_ids
from apps.accounts.types import UserSummary
from apps.kernel.clock import now
from apps.notifications.category_lookup import categories_of
from apps.notifications.models import Digest, Recipient
from apps.notifications.services.cancelling import give_up_waiting
from apps.notifications.services.crowds import Crowd
from apps.notifications.services.deciding import Case, expiry_of, rule
from apps.notifications.services.inbox import hold_free_inboxes
from apps.notifications.services.writing import write_again
from apps.notifications.types import CategorySettings, Channel, RecipientState, Ruling
from apps.notifications.wording import Wording

log = structlog.get_logger("notifications")

STEP_SECONDS = 5.0
RECIPIENTS_AT_ONCE = 500


def release_due(*, seconds: float = STEP_SECONDS) -> bool:
    """Decide again what has waited long enough, for at most about this long.

    Returns whether more is due. What a digest has gathered goes out as one. Any number of workers
    may do so at once; killed at any moment, nothing is lost and nothing is sent twice.
    """
    deadline = monotonic() + seconds
    while release_batch():
        if monotonic() >= deadline:
            return True
    return False


def release_batch() -> bool:
    """Decide again for some people for whom something is due; return whether there were any.

    Where something breaks, each person's is tried by itself, and what breaks although others' does
    not is given up. Where all break, nothing is, and the last error is raised. Announces
    InboxItemAdded.
    """
    taken: set[int] = set()
    try:
        _release(taken, _due_people())
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("recipients.tried_singly", people=len(taken), exc_info=True)
        _release_singly(taken)
    return bool(taken)


@transaction.atomic
def _release(taken: set[int], user_ids: Collection[int]) -> None:
    # Whoever is held is being decided for by another worker, who may be about to do this as well.
    taken |= hold_free_inboxes(user_ids)
    if not taken:
        return
    due = _due_of(taken)
    people = users_by_ids(taken)
    categories = categories_of({recipient.category for recipient in due})
    crowd = Crowd(people, categories, now())
    cases = list(_cases(due, categories, people))
    _close_digests(case.digest_id for case in cases)
    write_again([rule(case, crowd) for case in cases])
    log.info("recipients.released", people=len(taken), recipients=len(due))


def _release_singly(user_ids: Collection[int]) -> None:
    broken: dict[int, Exception] = {}
    for user_id in user_ids:
        try:
            _release(set(), [user_id])
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("recipient.unreleasable", user=user_id)
            broken[user_id] = error
    if broken and len(broken) == len(user_ids):
        raise broken.popitem()[1]
    for user_id in broken:
        log.error("recipient.given_up", user=user_id)
        give_up_waiting(user_id=user_id)


def _due_people() -> set[int]:
    due = Recipient.objects.filter(state=RecipientState.WAITING, due_at__lte=now())
    ordered = due.order_by("due_at").values_list("user_id", flat=True)
    return set(ordered[:RECIPIENTS_AT_ONCE])


def _due_of(user_ids: Collection[int]) -> list[Recipient]:
    due = Recipient.objects.filter(
        state=RecipientState.WAITING, due_at__lte=now(), user_id__in=user_ids
    )
    return list(due.select_for_update(of=("self",)).select_related("notification").order_by("id"))


def _cases(
    due: Sequence[Recipient],
    categories: Mapping[str, CategorySettings],
    people: Mapping[int, UserSummary],
) -> Iterator[Case]:
    """Yield the digests whose time has come, each as one, and whatever waited by itself."""
    wordings = {each.notification_id: Wording(each.notification) for each in due}
    for group in _together(due):
        newest = group[-1]
        gathered = [wordings[each.notification_id] for each in group]
        wording = gathered[-1]
        if len(gathered) > 1:
            wording = Wording(newest.notification, gathered=gathered)
        waiting = {channel for each in group for channel in each.waiting_channels}
        yield Case(
            notification=newest.notification,
            wording=wording,
            category=categories[newest.category],
            person=people[newest.user_id],
            expires_at=max(expiry_of(each.notification) for each in group),
            recipient_ids=tuple(each.pk for each in group),
            channels=tuple(channel for channel in Channel if channel in waiting),
            was_sent=any(map(_was_sent, group)),
            digest_id=newest.digest_id,
        )


def _together(due: Sequence[Recipient]) -> list[list[Recipient]]:
    groups: dict[tuple[str, int], list[Recipient]] = {}
    for each in due:
        key = ("digest", each.digest_id) if each.digest_id else ("single", each.pk)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _was_sent(recipient: Recipient) -> bool:
    last = {decision["channel"]: decision["ruling"] for decision in recipient.decisions}
    return Ruling.PASSED in last.values()


def _close_digests(digest_ids: Iterable[int | None]) -> None:
    closing = Digest.objects.filter(pk__in=set(filter(None, digest_ids)), closed_at=None)
    closing.update(closed_at=now(), updated_at=now())
