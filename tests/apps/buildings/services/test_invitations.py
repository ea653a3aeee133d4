"""Inviting people, and what becomes of an invitation."""

import pytest

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.errors import AlreadyInvited, AlreadyMember, RoleNotYours
from apps.buildings.models import Building, Invitation, Member
from apps.buildings.types import Role
from apps.kernel.errors import NotFound
from tests.apps.buildings.conftest import events_of, topics_of
from tests.factories.accounts import UserFactory
from tests.factories.buildings import InvitationFactory, MemberFactory


def test_owner_invites_a_manager(house: Building, owner: User) -> None:
    invitation_id = services.invite_member(
        building_id=house.public_id, inviter_id=owner.pk, email="New@Example.com", role=Role.MANAGER
    )

    invitation = Invitation.objects.get(public_id=invitation_id)
    assert (invitation.email, invitation.role) == ("new@example.com", Role.MANAGER)
    assert topics_of(house) == ["buildings.member.invited"]


@pytest.mark.parametrize("has_account", [True, False])
def test_invitation_does_not_tell_whether_there_is_an_account(
    house: Building, owner: User, has_account: bool
) -> None:
    email = UserFactory.create().email if has_account else "nobody@example.com"

    services.invite_member(
        building_id=house.public_id, inviter_id=owner.pk, email=email, role=Role.RESIDENT
    )

    assert Member.objects.filter(building=house).count() == 1
    [event] = events_of(house)
    assert event.audience == (f"building:{house.public_id}",)


def test_address_stays_out_of_the_log(house: Building, owner: User) -> None:
    services.invite_member(
        building_id=house.public_id, inviter_id=owner.pk, email="new@example.com", role=Role.OWNER
    )

    [event] = events_of(house)
    assert "new@example.com" not in str(event)


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_manager_invites_residents_only(house: Building, manager: User, role: Role) -> None:
    with pytest.raises(RoleNotYours):
        services.invite_member(
            building_id=house.public_id, inviter_id=manager.pk, email="new@example.com", role=role
        )

    assert not Invitation.objects.exists()


def test_member_is_not_invited_again(house: Building, owner: User, resident: User) -> None:
    with pytest.raises(AlreadyMember):
        services.invite_member(
            building_id=house.public_id,
            inviter_id=owner.pk,
            email=resident.email.upper(),
            role=Role.RESIDENT,
        )


def test_pending_invitation_is_not_sent_again(house: Building, owner: User) -> None:
    InvitationFactory.create(building=house, email="new@example.com")

    with pytest.raises(AlreadyInvited):
        services.invite_member(
            building_id=house.public_id,
            inviter_id=owner.pk,
            email="new@example.com",
            role=Role.RESIDENT,
        )


def test_invited_person_joins_in_the_offered_role(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email, role=Role.MANAGER)

    building_id = services.accept_invitation(
        invitation_id=invitation.public_id, user_id=stranger.pk
    )

    assert building_id == house.public_id
    assert Member.objects.get(building=house, user=stranger).role == Role.MANAGER
    assert not Invitation.objects.exists()
    assert topics_of(house) == ["buildings.member.joined"]


def test_invitation_to_another_address_cannot_be_accepted(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email="someone.else@example.com")

    with pytest.raises(NotFound):
        services.accept_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)


def test_invitation_is_accepted_once(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email)
    services.accept_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)

    with pytest.raises(NotFound):
        services.accept_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)


def test_member_keeps_the_role_when_an_old_invitation_turns_up(
    house: Building, stranger: User
) -> None:
    MemberFactory.create(building=house, user=stranger, role=Role.RESIDENT)
    invitation = InvitationFactory.create(building=house, email=stranger.email, role=Role.OWNER)

    with pytest.raises(AlreadyMember):
        services.accept_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)

    assert Member.objects.get(building=house, user=stranger).role == Role.RESIDENT


def test_declined_invitation_is_gone(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email)

    services.decline_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)

    assert not Invitation.objects.exists()
    assert topics_of(house) == ["buildings.invitation.ended"]


def test_only_the_invited_may_decline(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house)

    with pytest.raises(NotFound):
        services.decline_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)


def test_withdrawn_invitation_cannot_be_accepted(house: Building, stranger: User) -> None:
    invitation = InvitationFactory.create(building=house, email=stranger.email)

    services.withdraw_invitation(building_id=house.public_id, invitation_id=invitation.public_id)

    with pytest.raises(NotFound):
        services.accept_invitation(invitation_id=invitation.public_id, user_id=stranger.pk)
