"""The scenes of buildings: the team mate lives in the owner's house, the stranger does not."""

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.cast.scenes import MAY_NOT, NOTHING, SEES, Identifiers, Scene
from tests.factories.buildings import (
    BuildingFactory,
    CommentFactory,
    InvitationFactory,
    MemberFactory,
    RequestFactory,
    UnitFactory,
)


def _house(owner: User, teammate: User) -> Building:
    house = BuildingFactory.create(owner__user=owner)
    MemberFactory.create(building=house, user=teammate)
    return house


def _building(owner: User, teammate: User) -> Identifiers:
    return {"building_id": _house(owner, teammate).public_id}


def _unit(owner: User, teammate: User) -> Identifiers:
    unit = UnitFactory.create(building=_house(owner, teammate))
    return {"building_id": unit.building.public_id, "unit_id": unit.public_id}


def _member(owner: User, teammate: User) -> Identifiers:
    return {**_building(owner, teammate), "member_id": owner.public_id}


def _invitation(owner: User, teammate: User) -> Identifiers:
    invitation = InvitationFactory.create(building=_house(owner, teammate))
    return {
        "building_id": invitation.building.public_id,
        "invitation_id": invitation.public_id,
    }


def _invitation_to_owner(owner: User, _: User) -> Identifiers:
    return {"invitation_id": InvitationFactory.create(email=owner.email).public_id}


def _request(owner: User, teammate: User) -> Identifiers:
    request = RequestFactory.create(building=_house(owner, teammate), author=owner)
    return {"building_id": request.building.public_id, "request_id": request.public_id}


def _comment(owner: User, teammate: User) -> Identifiers:
    house = _house(owner, teammate)
    comment = CommentFactory.create(request__building=house, author=owner)
    return {
        "building_id": house.public_id,
        "request_id": comment.request.public_id,
        "comment_id": comment.public_id,
    }


SCENES = {
    "<building_id>/": Scene(set_up=_building, teammate=SEES),
    "<building_id>/units/": Scene(set_up=_building, teammate=SEES),
    "<building_id>/units/<unit_id>/": Scene(set_up=_unit, teammate=SEES),
    "<building_id>/members/": Scene(set_up=_building, teammate=SEES),
    "<building_id>/members/<member_id>/": Scene(set_up=_member, teammate=SEES),
    "<building_id>/invitations/": Scene(set_up=_building, teammate=MAY_NOT),
    "<building_id>/invitations/<invitation_id>/": Scene(set_up=_invitation, teammate=MAY_NOT),
    "<building_id>/requests/": Scene(set_up=_building, teammate=SEES),
    "<building_id>/requests/<request_id>/": Scene(set_up=_request, teammate=SEES),
    "<building_id>/requests/<request_id>/status/": Scene(set_up=_request, teammate=MAY_NOT),
    "<building_id>/requests/<request_id>/comments/": Scene(set_up=_request, teammate=SEES),
    "<building_id>/requests/<request_id>/comments/<comment_id>/": Scene(
        set_up=_comment, teammate=MAY_NOT
    ),
    "invitations/<invitation_id>/": Scene(set_up=_invitation_to_owner, teammate=NOTHING),
    "invitations/<invitation_id>/accept/": Scene(set_up=_invitation_to_owner, teammate=NOTHING),
}
