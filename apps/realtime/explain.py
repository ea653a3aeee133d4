"""Why a person did not get a message: published, heard, connected, sent, closed; in that order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from apps.accounts.types import UserSummary
from apps.events.selectors import cursor_of, event_with_id
from apps.events.types import Cursor, LoggedEvent
from apps.kernel.clock import now
from apps.realtime.access import may_subscribe
from apps.realtime.channels import channels_of
from apps.realtime.models import Channel, Connection, Publication
from apps.realtime.types import CloseCode

CONSUMER = "realtime"
_SHOWN = 20
# Who is there again so soon after was brought the message by recovery.
_COMES_BACK_WITHIN = timedelta(hours=1)
_CODES = {
    CloseCode.SHUTDOWN: "the node was stopped; clients come back to another",
    CloseCode.EXPIRED: "the access token expired and was not refreshed",
    CloseCode.SLOW: "it read too slowly; it comes back and recovers",
    CloseCode.INSUFFICIENT_STATE: "the node could not fill a gap; it comes back and recovers",
    CloseCode.NO_PONG: "it did not answer a ping",
    CloseCode.TOO_MANY_REQUESTS: "it sent too many commands",
    CloseCode.FORCED: "a server asked for it",
    CloseCode.CONNECTION_LIMIT: "there were too many connections",
    CloseCode.SESSION_ENDED: "the session had ended",
}


class Answer(StrEnum):
    """Whether a question was answered in favour of the message."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One question, and what is known about it."""

    question: str
    answer: Answer
    detail: str
    # About one connection; one that was sent it is enough.
    is_handover: bool = False


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything that is known of a message and a person, and the sentence it comes to."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The first thing that went wrong, unless the message arrived nevertheless."""
        if any(each.is_handover and each.answer is Answer.YES for each in self.findings):
            return "It was handed to a connection of the person's; look at the app."
        wrong = next((each for each in self.findings if each.answer is Answer.NO), None)
        return wrong.detail if wrong else "Nothing went wrong as far as is known."


def explain_event(*, user: UserSummary, event_id: UUID) -> Explanation:
    """Say what became of an event for a person, on each of its channels that is theirs to hear."""
    event = event_with_id(event_id)
    if event is None:
        return _unknown("The log holds no event of that id, or no longer.")
    channels = channels_of(event.audience)
    if not channels:
        return _unknown("No channel carries the event: it is for no user and no room.")
    numbered = list(
        Publication.objects.filter(event_id=event_id, published_at=event.recorded_at)
        .select_related("channel")
        .order_by("id")
    )
    if not numbered:
        return _unknown(_why_unnumbered(event))
    return Explanation(findings=tuple(_findings(user, numbered)))


def explain_number(*, user: UserSummary, channel: str, offset: int) -> Explanation:
    """Say what became of one number of a channel for a person."""
    rows = Publication.objects.filter(channel__name=channel, offset=offset)
    numbered = list(rows.select_related("channel"))
    if numbered:
        return Explanation(findings=tuple(_findings(user, numbered)))
    top = Channel.objects.filter(name=channel).values_list("top", flat=True).first()
    if top is None or offset > top:
        return _unknown(f"Number {offset} was never given: the channel is at {top or 0}.")
    return _unknown(f"Number {offset} is no longer kept.")


def _unknown(detail: str) -> Explanation:
    finding = Finding(question="Was it published?", answer=Answer.NO, detail=detail)
    return Explanation(findings=(finding,))


def _why_unnumbered(event: LoggedEvent) -> str:
    cursor = cursor_of(CONSUMER)
    if cursor is None or Cursor(cursor.xid, cursor.position) < event.cursor:
        state = f" It is {cursor.state}." if cursor else ""
        return f"The consumer has not read the event yet: is a dispatcher running?{state}"
    return "It was published, but that is no longer kept."


def _findings(user: UserSummary, numbered: Sequence[Publication]) -> Iterator[Finding]:
    told = ", ".join(f"{each.channel.name} #{each.offset}" for each in numbered)
    moment = numbered[0].published_at
    yield Finding(
        question="Was it published?",
        answer=Answer.YES,
        detail=f"Yes: {told}, at {moment:%Y-%m-%d %H:%M:%S} UTC.",
    )
    heard = [each for each in numbered if _hears(user, each.channel.name)]
    yield _permission(heard)
    if heard:
        yield from _connections(user, heard, moment)


def _hears(user: UserSummary, channel: str) -> bool:
    return may_subscribe(user_id=user.id, user_public_id=user.public_id, channel=channel)


def _permission(heard: Sequence[Publication]) -> Finding:
    names = ", ".join(each.channel.name for each in heard)
    return Finding(
        question="May they hear it?",
        answer=Answer.YES if heard else Answer.NO,
        detail=f"Yes, now: {names}." if heard else "They may hear none of its channels now.",
    )


def _connections(
    user: UserSummary, heard: Sequence[Publication], moment: datetime
) -> Iterator[Finding]:
    there = Connection.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=moment),
        user_id=user.id,
        opened_at__lte=moment + _COMES_BACK_WITHIN,
    ).order_by("opened_at")[:_SHOWN]
    then = [each for each in there if each.opened_at <= moment]
    yield Finding(
        question="Were they connected?",
        answer=Answer.YES if then else Answer.NO,
        detail=f"Yes: {len(then)} open then." if then else "They had no connection open then.",
    )
    for connection in there:
        for publication in heard:
            yield _sent(connection, publication)


def _sent(connection: Connection, publication: Publication) -> Finding:
    channel, offset = publication.channel.name, publication.offset
    last = connection.positions.get(channel)
    if connection.closed_at is None and not connection.positions:
        answer, what = Answer.UNKNOWN, "Its node has yet to tell what it was sent."
    elif last is None:
        answer, what = Answer.UNKNOWN, f"It was not on {channel}."
    elif last >= offset:
        answer, what = Answer.YES, f"It was sent up to #{last}, so the message too."
    elif connection.closed_at is None:
        seen = (now() - connection.updated_at).total_seconds()
        answer = Answer.UNKNOWN
        what = f"It had been sent up to #{last} when its node last told, {seen:.0f} s ago."
    else:
        answer, what = Answer.NO, f"It had been sent up to #{last} only."
    return Finding(
        question=f"Was it sent to {_name_of(connection)}?",
        answer=answer,
        detail=f"{what} {_end_of(connection)}",
        is_handover=True,
    )


def _name_of(connection: Connection) -> str:
    client = " ".join(filter(None, (connection.client_name, connection.client_version)))
    return f"the {connection.get_transport_display()} of {connection.opened_at:%H:%M:%S} ({client})"


def _end_of(connection: Connection) -> str:
    if connection.closed_at is None:
        return "It is open."
    code = connection.close_code
    why = _CODES.get(CloseCode(code)) if code in set(CloseCode) else None
    reason = why or connection.close_reason or "the client left"
    number = f" with {code}" if code else ""
    return f"It was closed at {connection.closed_at:%H:%M:%S}{number}: {reason}."
