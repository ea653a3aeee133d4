"""Commenting, and withdrawing what was said."""

import pytest

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.models import Building, Comment
from apps.buildings.services.comments import NewComment
from apps.kernel.errors import NotFound
from tests.apps.buildings.conftest import topics_of
from tests.factories.buildings import BuildingFactory, CommentFactory, RequestFactory


def test_member_comments_on_a_request(house: Building, resident: User) -> None:
    request = RequestFactory.create(building=house)

    comment_id = services.add_comment(
        building_id=house.public_id,
        request_id=request.public_id,
        author_id=resident.pk,
        text="At night only.",
    )

    comment = Comment.objects.get(public_id=comment_id)
    assert (comment.request, comment.author, comment.text) == (request, resident, "At night only.")
    assert topics_of(house) == ["buildings.comment.added"]


def test_stranger_cannot_comment(house: Building, stranger: User) -> None:
    request = RequestFactory.create(building=house)

    with pytest.raises(NotFound):
        services.add_comment(
            building_id=house.public_id,
            request_id=request.public_id,
            author_id=stranger.pk,
            text="Hello?",
        )


def test_request_of_another_building_cannot_be_commented_on(
    house: Building, resident: User
) -> None:
    elsewhere = RequestFactory.create(building=BuildingFactory.create())

    with pytest.raises(NotFound):
        services.add_comment(
            building_id=house.public_id,
            request_id=elsewhere.public_id,
            author_id=resident.pk,
            text="Hello?",
        )


def test_many_comments_are_said_in_their_order(house: Building, resident: User) -> None:
    requests = RequestFactory.create_batch(2, building=house)
    comments: list[NewComment] = [
        {"building_id": house.public_id, "request_id": request.public_id, "text": request.title}
        for request in requests
    ]

    comment_ids = services.add_comments(author_id=resident.pk, comments=comments)

    said = list(Comment.objects.order_by("pk"))
    assert [comment.public_id for comment in said] == comment_ids
    assert [comment.request for comment in said] == requests
    assert topics_of(house) == ["buildings.comment.added"] * 2


def test_many_comments_are_for_requests_of_the_building(house: Building, resident: User) -> None:
    own = RequestFactory.create(building=house)
    elsewhere = RequestFactory.create(building=BuildingFactory.create())
    comments: list[NewComment] = [
        {"building_id": house.public_id, "request_id": request.public_id, "text": "Hello?"}
        for request in (own, elsewhere)
    ]

    with pytest.raises(NotFound):
        services.add_comments(author_id=resident.pk, comments=comments)

    assert topics_of(house) == []


def test_withdrawn_comment_is_gone(house: Building) -> None:
    comment = CommentFactory.create(request__building=house)

    services.remove_comment(
        building_id=house.public_id,
        request_id=comment.request.public_id,
        comment_id=comment.public_id,
    )

    assert not Comment.objects.exists()
    assert topics_of(house) == ["buildings.comment.removed"]
