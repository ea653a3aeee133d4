"""People hear of what concerns them in a building, and never of what they did themselves."""

from dataclasses import replace
from uuid import UUID

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.models import Building, Invitation, MaintenanceRequest
from apps.buildings.types import Role, Status
from apps.events.types import LoggedEvent
from apps.notifications.consumer import NotificationConsumer
from apps.notifications.models import Delivery
from apps.notifications.ports import Wish, rules
from apps.notifications.services import expand_due
from tests.apps.buildings.conftest import events_of
from tests.factories.accounts import UserFactory


def wishes(event: LoggedEvent, *, by: User | None = None) -> list[Wish]:
    """Return what the rules wish for an event that somebody is the actor of."""
    told = replace(event, actor=str(by.public_id)) if by else event
    return [wish for rule in rules if event.topic in rule.topics for wish in rule.wishes(told)]


def told(found: list[Wish]) -> set[UUID]:
    return {user_id for wish in found for user_id in wish.target.user_ids}


def opened(house: Building, author: User) -> UUID:
    return services.open_request(
        building_id=house.public_id, author_id=author.pk, title="The lift is stuck"
    )


def test_new_request_is_told_to_those_who_look_after_the_house(
    house: Building, owner: User, manager: User, resident: User, neighbour: User
) -> None:
    request_id = opened(house, resident)

    (wish,) = wishes(events_of(house)[-1], by=resident)

    assert told([wish]) == {owner.public_id, manager.public_id}
    assert wish.template == "buildings.request_opened"
    assert wish.variables == {
        "building": "Lighthouse",
        "title": "The lift is stuck",
        "building_id": str(house.public_id),
        "request_id": str(request_id),
    }
    assert wish.data == {"building_id": str(house.public_id), "request_id": str(request_id)}


def test_each_reads_it_in_their_language_wherever_they_look(
    house: Building, owner: User, manager: User, resident: User
) -> None:
    User.objects.filter(pk=owner.pk).update(locale="he-IL")
    services.open_request(
        building_id=house.public_id, author_id=resident.pk, title="The lift is stuck"
    )

    NotificationConsumer().handle(events_of(house))
    expand_due()

    shown = {
        delivery.user_id: delivery.content for delivery in Delivery.objects.filter(channel="inbox")
    }
    assert set(shown) == {owner.pk, manager.pk}
    assert shown[owner.pk]["title"] == "\u2068Lighthouse\u2069: פנייה חדשה"
    assert shown[owner.pk]["body"] == "\u2068The lift is stuck\u2069"
    assert shown[manager.pk]["title"] == "Lighthouse: new request"
    assert shown[manager.pk]["url"].startswith(f"/buildings/{house.public_id}/requests/")


def test_who_did_it_is_not_told(house: Building, owner: User, manager: User) -> None:
    opened(house, manager)

    assert told(wishes(events_of(house)[-1], by=manager)) == {owner.public_id}


def test_progress_is_told_to_the_author(house: Building, manager: User, resident: User) -> None:
    request_id = opened(house, resident)
    for status in (Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED):
        services.change_status(
            building_id=house.public_id, request_id=request_id, user_id=manager.pk, status=status
        )

    found = [wishes(event, by=manager) for event in events_of(house)[-3:]]

    assert [wish.template for (wish,) in found] == [
        "buildings.request_in_progress",
        "buildings.request_resolved",
        "buildings.request_closed",
    ]
    assert all(told(each) == {resident.public_id} for each in found)
    assert {wish.collapse_id for (wish,) in found} == {f"request-{request_id}"}


def test_what_broke_again_is_told_to_those_who_look_after_the_house(
    house: Building, owner: User, manager: User, resident: User
) -> None:
    request_id = opened(house, resident)
    for status in (Status.IN_PROGRESS, Status.RESOLVED, Status.REOPENED):
        services.change_status(
            building_id=house.public_id, request_id=request_id, user_id=manager.pk, status=status
        )

    found = wishes(events_of(house)[-1], by=resident)

    assert told(found) == {owner.public_id, manager.public_id}
    assert found[0].template == "buildings.request_reopened"


def test_comment_is_told_to_all_who_take_part(
    house: Building, owner: User, manager: User, resident: User, neighbour: User
) -> None:
    request_id = opened(house, resident)
    for author, text in ((neighbour, "Me too"), (manager, "We are on it")):
        services.add_comment(
            building_id=house.public_id, request_id=request_id, author_id=author.pk, text=text
        )

    (wish,) = wishes(events_of(house)[-1], by=manager)

    assert told([wish]) == {owner.public_id, resident.public_id, neighbour.public_id}
    assert wish.template == "buildings.comment_added"
    assert wish.variables["author"] == "Mia Manager"
    assert wish.variables["text"] == "We are on it"
    assert wish.digest_key == f"request:{request_id}"
    # Each comment is shown: it takes no other one's place.
    assert wish.collapse_id == ""


def test_comment_of_somebody_without_a_name_has_words_of_its_own(
    house: Building, resident: User, manager: User
) -> None:
    request_id = opened(house, resident)
    User.objects.filter(pk=manager.pk).update(name="")
    services.add_comment(
        building_id=house.public_id, request_id=request_id, author_id=manager.pk, text="Hm"
    )

    (wish,) = wishes(events_of(house)[-1], by=manager)

    assert wish.template == "buildings.comment_added_unnamed"


def test_what_is_gone_by_now_is_told_to_nobody(
    house: Building, resident: User, manager: User
) -> None:
    request_id = opened(house, resident)
    comment_id = services.add_comment(
        building_id=house.public_id, request_id=request_id, author_id=manager.pk, text="Hm"
    )
    services.remove_comment(
        building_id=house.public_id, request_id=request_id, comment_id=comment_id
    )
    commented = wishes(events_of(house)[-2])
    MaintenanceRequest.objects.all().delete()

    assert commented == []
    assert all(wishes(event) == [] for event in events_of(house))


def test_author_who_left_is_told_nothing(house: Building, resident: User, manager: User) -> None:
    request_id = opened(house, resident)
    MaintenanceRequest.objects.update(author=None)
    services.change_status(
        building_id=house.public_id,
        request_id=request_id,
        user_id=manager.pk,
        status=Status.IN_PROGRESS,
    )

    assert wishes(events_of(house)[-1], by=manager) == []


def test_invited_person_is_told_if_they_have_an_account(house: Building, owner: User) -> None:
    guest = UserFactory.create()
    for email in (guest.email, "nobody@example.com"):
        services.invite_member(
            building_id=house.public_id, inviter_id=owner.pk, email=email, role=Role.RESIDENT
        )

    known, unknown = (wishes(event, by=owner) for event in events_of(house)[-2:])
    Invitation.objects.all().delete()

    assert told(known) == {guest.public_id}
    assert known[0].variables == {"building": "Lighthouse"}
    assert unknown == []
    assert wishes(events_of(house)[-2], by=owner) == []


def test_who_joined_is_told_to_those_who_look_after_the_house(
    house: Building, owner: User, manager: User, resident: User
) -> None:
    guests = [UserFactory.create(name="Gil"), UserFactory.create(name="")]
    for guest in guests:
        services.invite_member(
            building_id=house.public_id, inviter_id=owner.pk, email=guest.email, role=Role.RESIDENT
        )
        invitation = Invitation.objects.get(email=guest.email)
        services.accept_invitation(invitation_id=invitation.public_id, user_id=guest.pk)

    joined = [event for event in events_of(house) if event.topic == "buildings.member.joined"]
    named, unnamed = (wishes(event) for event in joined)

    assert told(named) == {owner.public_id, manager.public_id}
    assert named[0].variables["member"] == "Gil"
    assert (named[0].template, unnamed[0].template) == (
        "buildings.member_joined",
        "buildings.member_joined_unnamed",
    )


def test_member_who_has_left_again_is_not_announced(house: Building, owner: User) -> None:
    guest = UserFactory.create()
    services.invite_member(
        building_id=house.public_id, inviter_id=owner.pk, email=guest.email, role=Role.RESIDENT
    )
    services.accept_invitation(invitation_id=Invitation.objects.get().public_id, user_id=guest.pk)
    joined = events_of(house)[-1]
    house.members.filter(user=guest).delete()

    assert wishes(joined) == []
