"""Whom of a building's people an event is told; nobody is told what they did themselves."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from apps.accounts.selectors import user_by_email
from apps.buildings.models import Comment, Invitation, MaintenanceRequest, Member
from apps.buildings.selectors import caretakers_of
from apps.buildings.types import Status
from apps.events.types import LoggedEvent
from apps.notifications.ports import Rule, Wish
from apps.notifications.types import Target, TargetKind

_OF_STATUS = {
    Status.IN_PROGRESS: "buildings.request_in_progress",
    Status.RESOLVED: "buildings.request_resolved",
    Status.CLOSED: "buildings.request_closed",
    Status.REOPENED: "buildings.request_reopened",
}


def _request_opened(event: LoggedEvent) -> Sequence[Wish]:
    """Tell those who look after the building."""
    request = _request(event)
    if request is None:
        return ()
    return _about(request, event, "buildings.request_opened", to=_caretakers(event))


def _status_changed(event: LoggedEvent) -> Sequence[Wish]:
    """Tell the author, and of what broke again those who look after the building."""
    request = _request(event)
    status = Status(event.payload["status"])
    if request is None or status not in _OF_STATUS:
        return ()
    people = _caretakers(event) if status is Status.REOPENED else []
    return _about(request, event, _OF_STATUS[status], to=[*_author_of(request), *people])


def _comment_added(event: LoggedEvent) -> Sequence[Wish]:
    """Tell the author, who commented before, and those who look after the building."""
    request = _request(event)
    comments = Comment.objects.select_related("author")
    comment = comments.filter(public_id=event.payload["comment_id"]).first()
    if request is None or comment is None:
        return ()
    others = request.comments.filter(author__isnull=False)
    before = others.values_list("author__public_id", flat=True).distinct()
    name = comment.author.name if comment.author else ""
    return _about(
        request,
        event,
        "buildings.comment_added" if name else "buildings.comment_added_unnamed",
        to=[*_author_of(request), *before, *_caretakers(event)],
        more={"author": name, "text": comment.text},
        digest_key=f"request:{request.public_id}",
    )


def _member_invited(event: LoggedEvent) -> Sequence[Wish]:
    """Tell the invited, if the address has an account."""
    invitations = Invitation.objects.select_related("building")
    invitation = invitations.filter(public_id=event.payload["invitation_id"]).first()
    user = user_by_email(invitation.email) if invitation else None
    if invitation is None or user is None:
        return ()
    return _wishes(
        event,
        "buildings.member_invited",
        to=[user.public_id],
        variables={"building": invitation.building.name},
        data={"invitation_id": str(invitation.public_id)},
    )


def _member_joined(event: LoggedEvent) -> Sequence[Wish]:
    """Tell those who look after the building."""
    building_id, user_id = event.payload["building_id"], event.payload["user_id"]
    members = Member.objects.select_related("building", "user")
    member = members.filter(building__public_id=building_id, user__public_id=user_id).first()
    if member is None:
        return ()
    name = member.user.name
    return _wishes(
        event,
        "buildings.member_joined" if name else "buildings.member_joined_unnamed",
        to=[one for one in _caretakers(event) if one != member.user.public_id],
        variables={"building": member.building.name, "member": name, "building_id": building_id},
        data={"building_id": building_id},
    )


def _about(
    request: MaintenanceRequest,
    event: LoggedEvent,
    template: str,
    *,
    to: Iterable[UUID],
    more: Mapping[str, str] | None = None,
    digest_key: str = "",
) -> Sequence[Wish]:
    """Return the wish to tell people of a request; a later status takes a former one's place."""
    ids = {
        "building_id": str(request.building.public_id),
        "request_id": str(request.public_id),
    }
    told = {"building": request.building.name, "title": request.title}
    return _wishes(
        event,
        template,
        to=to,
        variables={**told, **ids, **(more or {})},
        data=ids,
        collapse_id="" if more else f"request-{request.public_id}",
        digest_key=digest_key,
    )


def _wishes(
    event: LoggedEvent,
    template: str,
    *,
    to: Iterable[UUID],
    variables: Mapping[str, str],
    data: Mapping[str, str],
    collapse_id: str = "",
    digest_key: str = "",
) -> Sequence[Wish]:
    others = tuple(sorted({one for one in to if str(one) != event.actor}))
    if not others:
        return ()
    return (
        Wish(
            template=template,
            target=Target(kind=TargetKind.USERS, user_ids=others),
            variables=variables,
            data=data,
            collapse_id=collapse_id,
            digest_key=digest_key,
        ),
    )


def _request(event: LoggedEvent) -> MaintenanceRequest | None:
    """Return the request that the event is about, unless it is gone by now."""
    requests = MaintenanceRequest.objects.select_related("building", "author")
    return requests.filter(public_id=event.payload["request_id"]).first()


def _author_of(request: MaintenanceRequest) -> list[UUID]:
    return [request.author.public_id] if request.author else []


def _caretakers(event: LoggedEvent) -> Sequence[UUID]:
    return caretakers_of(building_id=UUID(event.payload["building_id"]))


RULES = (
    Rule(
        name="buildings.request_opened",
        topics=("buildings.request.opened",),
        wishes=_request_opened,
    ),
    Rule(
        name="buildings.status_changed",
        topics=("buildings.request.status_changed",),
        wishes=_status_changed,
    ),
    Rule(
        name="buildings.comment_added",
        topics=("buildings.comment.added",),
        wishes=_comment_added,
    ),
    Rule(
        name="buildings.member_invited",
        topics=("buildings.member.invited",),
        wishes=_member_invited,
    ),
    Rule(
        name="buildings.member_joined",
        topics=("buildings.member.joined",),
        wishes=_member_joined,
    ),
)
