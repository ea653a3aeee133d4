"""Commenting on maintenance requests, and withdrawing what was said."""

from uuid import UUID

from apps.buildings.events import CommentAdded, CommentRemoved
from apps.buildings.models import Comment, MaintenanceRequest
from apps.buildings.scopes import everyone_in
from apps.buildings.selectors import found, members_of
from apps.buildings.services.rows import held
from apps.events.services import announce
from apps.kernel.transactions import joining


@joining
def add_comment(*, building_id: UUID, request_id: UUID, author_id: int, text: str) -> UUID:
    """Say something about a request, whatever its status. Announces CommentAdded."""
    members = members_of(user_id=author_id, building_id=building_id)
    author = found(members, user_id=author_id)
    request = found(
        MaintenanceRequest.objects, building_id=author.building_id, public_id=request_id
    )
    comment = request.comments.create(author_id=author_id, text=text)
    announce(
        CommentAdded(
            audience=everyone_in(building_id),
            building_id=building_id,
            request_id=request_id,
            comment_id=comment.public_id,
            author_id=author.user.public_id,
        )
    )
    return comment.public_id


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
