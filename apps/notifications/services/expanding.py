"""Expanding: from a notification to its recipients, batch by batch, each decided and written."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import orjson
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.accounts.selectors import users_by_ids
from apps.accounts.types import UserSummary
from apps.kernel.clock import now
from apps.notifications.category_lookup import categories_of
from apps.notifications.models import Notification
from apps.notifications.services.cancelling import give_up
from apps.notifications.services.crowds import Crowd
from apps.notifications.services.deciding import Case, expiry_of, rule
from apps.notifications.services.inbox import hold_inboxes
from apps.notifications.services.targets import people_after
from apps.notifications.services.writing import write_first
from apps.notifications.types import CategorySettings, NotificationState
from apps.notifications.wording import Wording

log = structlog.get_logger("notifications")

STEP_SECONDS = 5.0
PEOPLE_AT_ONCE = 500
# Room that those which have only begun keep, however many new ones there are.
PEOPLE_OF_BEGUN = 250
NEW_AT_ONCE = 50

_ADVANCE = """
UPDATE notifications_notification notification
SET state = taken.state,
    expanded_until = taken.until,
    recipient_count = notification.recipient_count + taken.number,
    finished_at = CASE taken.state WHEN 'expanded' THEN %(now)s END,
    updated_at = %(now)s
FROM json_to_recordset(%(rows)s) AS taken(id bigint, state text, until bigint, number int)
WHERE notification.id = taken.id
"""


@dataclass(frozen=True, kw_only=True)
class _Share:
    """The people of one notification that a batch takes."""

    notification: Notification
    user_ids: Sequence[int]
    is_last: bool


def expand_due(*, seconds: float = STEP_SECONDS) -> bool:
    """Make recipients of what is due, for at most about this long; return whether more is due.

    Any number of workers may do so at once. Each batch is one transaction: killed at any moment,
    nobody is left out and nobody is decided for twice.
    """
    deadline = monotonic() + seconds
    while expand_batch():
        if monotonic() >= deadline:
            return True
    return False


def expand_batch() -> bool:
    """Make the next recipients of one or more notifications; return whether any was due.

    Where something breaks, each is tried by itself, and those that break although others do not
    are given up: they would keep all others from being sent for ever. Where all break, nothing is
    given up, and the last error is raised. Announces InboxItemAdded, and NotificationCancelled
    for what is given up.
    """
    taken: list[int] = []
    try:
        _expand(taken)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("notifications.tried_singly", notifications=len(taken), exc_info=True)
        _expand_singly(taken)
    return bool(taken)


@transaction.atomic
def _expand(taken: list[int], *, only: int | None = None) -> None:
    shares = _shares(taken, only)
    if not shares:
        return
    categories = categories_of({share.notification.category for share in shares})
    people = users_by_ids({user_id for share in shares for user_id in share.user_ids})
    # Held before anything is read that the decisions go by.
    hold_inboxes(people)
    crowd = Crowd(people, categories, now())
    cases = [case for share in shares for case in _cases(share, categories, people)]
    made = write_first([rule(case, crowd) for case in cases])
    _advance(shares, made)
    log.info("notifications.expanded", notifications=len(shares), recipients=len(made))


def _expand_singly(notification_ids: Sequence[int]) -> None:
    broken: dict[int, Exception] = {}
    for notification_id in notification_ids:
        try:
            _expand([], only=notification_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("notification.unexpandable", notification=notification_id)
            broken[notification_id] = error
    if broken and len(broken) == len(notification_ids):
        raise broken.popitem()[1]
    for notification_id in broken:
        log.error("notification.given_up", notification=notification_id)
        give_up(notification_id)


def _shares(taken: list[int], only: int | None) -> list[_Share]:
    """Take new notifications first, so that none waits behind a large one; and one begun."""
    due = Notification.objects.filter(scheduled_at__lte=now()).order_by("scheduled_at", "id")
    due = due.select_for_update(skip_locked=True)
    if only is not None:
        states = (NotificationState.SCHEDULED, NotificationState.EXPANDING)
        return _shares_of(due.filter(pk=only, state__in=states), PEOPLE_AT_ONCE, taken)
    new = due.filter(state=NotificationState.SCHEDULED)[:NEW_AT_ONCE]
    shares = _shares_of(new, PEOPLE_AT_ONCE, taken)
    room = PEOPLE_AT_ONCE - sum(len(share.user_ids) for share in shares)
    begun = due.filter(state=NotificationState.EXPANDING)[:1]
    return shares + _shares_of(begun, max(room, PEOPLE_OF_BEGUN), taken)


def _shares_of(notifications: Iterable[Notification], room: int, taken: list[int]) -> list[_Share]:
    shares: list[_Share] = []
    for notification in notifications:
        if room <= 0:
            break
        taken.append(notification.pk)
        user_ids = people_after(notification, limit=room)
        is_last = len(user_ids) < room
        shares.append(_Share(notification=notification, user_ids=user_ids, is_last=is_last))
        room -= len(user_ids)
    return shares


def _cases(
    share: _Share,
    categories: Mapping[str, CategorySettings],
    people: Mapping[int, UserSummary],
) -> Iterator[Case]:
    notification, wording = share.notification, Wording(share.notification)
    for user_id in share.user_ids:
        if user_id in people:
            yield Case(
                notification=notification,
                wording=wording,
                category=categories[notification.category],
                person=people[user_id],
                expires_at=expiry_of(notification),
            )


def _advance(shares: Sequence[_Share], made: Collection[tuple[int, int]]) -> None:
    numbers = Counter(notification_id for notification_id, _ in made)
    rows = [
        {
            "id": share.notification.pk,
            "state": NotificationState.EXPANDED if share.is_last else NotificationState.EXPANDING,
            "until": [share.notification.expanded_until, *share.user_ids][-1],
            "number": numbers[share.notification.pk],
        }
        for share in shares
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, {"now": now(), "rows": orjson.dumps(rows).decode()})
