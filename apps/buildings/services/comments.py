"""Commenting on maintenance requests, and withdrawing what was said."""

from collections.abc import Collection, Sequence
from typing import TypedDict
from uuid import UUID

from typing_extensions import Unpack

from apps.buildings.events import CommentAdded, CommentRemoved
from apps.buildings.models import Comment, MaintenanceRequest
from apps.buildings.scopes import everyone_in
from apps.buildings.selectors import found, place_of
from apps.buildings.services.rows import held
from apps.events.services import announce, announce_all
from apps.kernel.errors import NotFound
from apps.kernel.prepared_writes import PreparedInsert
from apps.kernel.transactions import joining

_insert = PreparedInsert(Comment)


class NewComment(TypedDict):
    """What `add_comment` takes of a comment."""

    building_id: UUID
    request_id: UUID
    text: str


@joining
def add_comment(*, author_id: int, **new: Unpack[NewComment]) -> UUID:
    """Say something about a request, whatever its status. Announces CommentAdded."""
    place = place_of(user_id=author_id, building_id=new["building_id"])
    request = found(MaintenanceRequest.objects, building_id=place[0], public_id=new["request_id"])
    comment = Comment(request_id=request.pk, author_id=author_id, text=new["text"])
    _insert(comment)
    announce(_added(new, comment, place))
    return comment.public_id


@joining
def add_comments(*, author_id: int, comments: Sequence[NewComment]) -> list[UUID]:
    """Say many things as `add_comment` does one, in their order, with few statements."""
    building_ids = dict.fromkeys(new["building_id"] for new in comments)
    places = {each: place_of(user_id=author_id, building_id=each) for each in building_ids}
    requests = _requests({new["request_id"] for new in comments})
    made = []
    for new in comments:
        place = requests.get(new["request_id"])
        if place is None or place[0] != places[new["building_id"]][0]:
            raise NotFound
        made.append(Comment(request_id=place[1], author_id=author_id, text=new["text"]))
    _insert.all(made)
    told = zip(comments, made, strict=True)
    announce_all([_added(new, comment, places[new["building_id"]]) for new, comment in told])
    return [comment.public_id for comment in made]


@joining
def remove_comment(*, building_id: UUID, request_id: UUID, comment_id: UUID) -> None:
    """Withdraw a comment. Announces CommentRemoved."""
    comment = held(
        Comment.objects,
        request__building__public_id=building_id,
        request__public_id=request_id,
        public_id=comment_id,
    )
    comment.delete()
    announce(
        CommentRemoved(
            audience=everyone_in(building_id),
            building_id=building_id,
            request_id=request_id,
            comment_id=comment_id,
        )
    )


def _requests(request_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return the requests' buildings and their own internal ids, by the public ones."""
    rows = MaintenanceRequest.objects.filter(public_id__in=request_ids)
    return {row[0]: row[1:] for row in rows.values_list("public_id", "building_id", "pk")}


def _added(new: NewComment, comment: Comment, place: tuple[int, UUID]) -> CommentAdded:
    return CommentAdded(
        audience=everyone_in(new["building_id"]),
        building_id=new["building_id"],
        request_id=new["request_id"],
        comment_id=comment.public_id,
        author_id=place[1],
    )
