"""Maintenance requests: opened by members, taken through their life by those who may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.errors import StatusNotYours, TransitionNotAllowed
from apps.buildings.models import Building, MaintenanceRequest
from apps.buildings.services.maintenance import NewRequest
from apps.buildings.types import Priority, Status
from apps.kernel.errors import Invalid, NotFound
from devstack.waiting import wait_until
from tests.apps.buildings.conftest import events_of, topics_of
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory


def test_resident_opens_a_request(house: Building, resident: User) -> None:
    unit = UnitFactory.create(building=house)

    request_id = services.open_request(
        building_id=house.public_id,
        author_id=resident.pk,
        title="The tap drips",
        priority=Priority.HIGH,
        unit_id=unit.public_id,
    )

    request = MaintenanceRequest.objects.get(public_id=request_id)
    assert (request.author, request.unit, request.status) == (resident, unit, Status.OPEN)
    [event] = events_of(house)
    assert event.topic == "buildings.request.opened"
    assert event.payload == {
        "building_id": str(house.public_id),
        "request_id": str(request_id),
        "unit_id": str(unit.public_id),
        "author_id": str(resident.public_id),
        "title": "The tap drips",
        "priority": "high",
    }


def test_stranger_cannot_open_a_request(house: Building, stranger: User) -> None:
    with pytest.raises(NotFound):
        services.open_request(building_id=house.public_id, author_id=stranger.pk, title="Let me in")


def test_unit_of_another_building_is_refused(house: Building, resident: User) -> None:
    elsewhere = UnitFactory.create(building=BuildingFactory.create())

    with pytest.raises(Invalid) as refusal:
        services.open_request(
            building_id=house.public_id,
            author_id=resident.pk,
            title="The tap drips",
            unit_id=elsewhere.public_id,
        )

    assert [error["field"] for error in refusal.value.errors] == ["unit"]


def test_request_is_changed_and_announced(house: Building) -> None:
    request = RequestFactory.create(building=house, unit=UnitFactory.create(building=house))

    services.update_request(
        building_id=house.public_id,
        request_id=request.public_id,
        title="Two taps drip",
        unit_id=None,
    )

    request.refresh_from_db()
    assert (request.title, request.unit) == ("Two taps drip", None)
    assert topics_of(house) == ["buildings.request.updated"]


def test_many_requests_are_opened_in_their_order(house: Building, resident: User) -> None:
    unit = UnitFactory.create(building=house)
    requests: list[NewRequest] = [
        {"building_id": house.public_id, "title": "The tap drips", "unit_id": unit.public_id},
        {"building_id": house.public_id, "title": "The lift is stuck", "priority": Priority.HIGH},
    ]

    request_ids = services.open_requests(author_id=resident.pk, requests=requests)

    opened = list(MaintenanceRequest.objects.order_by("pk"))
    assert [request.public_id for request in opened] == request_ids
    assert [(request.title, request.unit, request.priority) for request in opened] == [
        ("The tap drips", unit, Priority.NORMAL),
        ("The lift is stuck", None, Priority.HIGH),
    ]
    told = [(event.topic, event.payload["title"]) for event in events_of(house)]
    assert told == [
        ("buildings.request.opened", "The tap drips"),
        ("buildings.request.opened", "The lift is stuck"),
    ]


def test_stranger_cannot_open_many_requests(house: Building, stranger: User) -> None:
    elsewhere = BuildingFactory.create(owner__user=stranger)
    requests: list[NewRequest] = [
        {"building_id": building.public_id, "title": "Let me in"} for building in (elsewhere, house)
    ]

    with pytest.raises(NotFound):
        services.open_requests(author_id=stranger.pk, requests=requests)

    assert not MaintenanceRequest.objects.exists()


def test_unit_of_another_building_refuses_many_requests(house: Building, resident: User) -> None:
    elsewhere = UnitFactory.create(building=BuildingFactory.create())
    requests: list[NewRequest] = [
        {"building_id": house.public_id, "title": "Tap"},
        {"building_id": house.public_id, "title": "Tap", "unit_id": elsewhere.public_id},
    ]

    with pytest.raises(Invalid) as refusal:
        services.open_requests(author_id=resident.pk, requests=requests)

    assert [error["field"] for error in refusal.value.errors] == ["unit"]


def test_many_requests_are_changed_and_those_that_differ_are_announced(house: Building) -> None:
    unit = UnitFactory.create(building=house)
    first, second, third = RequestFactory.create_batch(3, building=house, title="Lift", unit=unit)
    key = house.public_id

    services.update_requests(
        changes={
            (key, third.public_id): {"title": "Tap", "unit_id": None},
            (key, second.public_id): {"title": "Lift", "unit_id": unit.public_id},
            (key, first.public_id): {"title": "Door"},
        }
    )

    rows = MaintenanceRequest.objects.order_by("pk").values_list("title", "unit_id")
    assert list(rows) == [("Door", unit.pk), ("Lift", unit.pk), ("Tap", None)]
    told = [event.payload["request_id"] for event in events_of(house)]
    assert told == [str(third.public_id), str(first.public_id)]


def test_requests_of_another_building_are_not_changed(house: Building) -> None:
    own = RequestFactory.create(building=house)
    elsewhere = RequestFactory.create(building=BuildingFactory.create(), title="Lift")

    with pytest.raises(NotFound):
        services.update_requests(
            changes={
                (house.public_id, own.public_id): {"title": "Tap"},
                (house.public_id, elsewhere.public_id): {"title": "Tap"},
            }
        )

    elsewhere.refresh_from_db()
    assert elsewhere.title == "Lift"


def test_manager_takes_many_requests_to_their_next_status(house: Building, manager: User) -> None:
    requests = RequestFactory.create_batch(2, building=house)

    services.change_statuses(
        user_id=manager.pk,
        statuses={(house.public_id, each.public_id): Status.IN_PROGRESS for each in requests},
    )

    statuses = MaintenanceRequest.objects.values_list("status", flat=True)
    assert set(statuses) == {Status.IN_PROGRESS}
    assert topics_of(house) == ["buildings.request.status_changed"] * 2


def test_one_status_that_is_left_out_refuses_many(house: Building, manager: User) -> None:
    first, second = RequestFactory.create_batch(2, building=house)

    with pytest.raises(TransitionNotAllowed):
        services.change_statuses(
            user_id=manager.pk,
            statuses={
                (house.public_id, first.public_id): Status.IN_PROGRESS,
                (house.public_id, second.public_id): Status.CLOSED,
            },
        )

    assert topics_of(house) == []


def test_manager_takes_a_request_to_its_next_status(house: Building, manager: User) -> None:
    request = RequestFactory.create(building=house)

    services.change_status(
        building_id=house.public_id,
        request_id=request.public_id,
        user_id=manager.pk,
        status=Status.IN_PROGRESS,
    )

    request.refresh_from_db()
    assert request.status == Status.IN_PROGRESS
    [event] = events_of(house)
    assert event.topic == "buildings.request.status_changed"
    assert (event.payload["previous"], event.payload["status"]) == ("open", "in_progress")


def test_no_status_can_be_left_out(house: Building, manager: User) -> None:
    request = RequestFactory.create(building=house)

    with pytest.raises(TransitionNotAllowed, match="open cannot become closed"):
        services.change_status(
            building_id=house.public_id,
            request_id=request.public_id,
            user_id=manager.pk,
            status=Status.CLOSED,
        )


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REOPENED])
def test_author_says_whether_the_repair_holds(
    house: Building, resident: User, status: Status
) -> None:
    request = RequestFactory.create(building=house, author=resident, status=Status.RESOLVED)

    services.change_status(
        building_id=house.public_id,
        request_id=request.public_id,
        user_id=resident.pk,
        status=status,
    )

    request.refresh_from_db()
    assert request.status == status


def test_author_cannot_call_it_resolved(house: Building, resident: User) -> None:
    request = RequestFactory.create(building=house, author=resident, status=Status.IN_PROGRESS)

    with pytest.raises(StatusNotYours):
        services.change_status(
            building_id=house.public_id,
            request_id=request.public_id,
            user_id=resident.pk,
            status=Status.RESOLVED,
        )


def test_neighbour_cannot_close_what_others_reported(
    house: Building, resident: User, neighbour: User
) -> None:
    request = RequestFactory.create(building=house, author=resident, status=Status.RESOLVED)

    with pytest.raises(StatusNotYours):
        services.change_status(
            building_id=house.public_id,
            request_id=request.public_id,
            user_id=neighbour.pk,
            status=Status.CLOSED,
        )


@pytest.mark.django_db(transaction=True)
def test_unit_that_is_removed_meanwhile_leaves_the_request(house: Building, resident: User) -> None:
    unit = UnitFactory.create(building=house)

    def remove() -> None:
        try:
            services.remove_unit(building_id=house.public_id, unit_id=unit.public_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            request_id = services.open_request(
                building_id=house.public_id,
                author_id=resident.pk,
                title="The tap drips",
                unit_id=unit.public_id,
            )
            removal = thread.submit(remove)
            assert wait_until(lambda: somebody_waits_for_us() or removal.done(), seconds=30)
        removal.result()

    assert MaintenanceRequest.objects.get(public_id=request_id).unit is None


def somebody_waits_for_us() -> bool:
    # Not pg_stat_activity: within a transaction that shows only who was there at the first look.
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FROM pg_locks
            WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
        """)
        return bool(cursor.fetchone() != (0,))


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_start_at_once_one_is_refused(house: Building, manager: User) -> None:
    request = RequestFactory.create(building=house)
    barrier = Barrier(2)

    def start(_: int) -> str:
        barrier.wait()
        try:
            services.change_status(
                building_id=house.public_id,
                request_id=request.public_id,
                user_id=manager.pk,
                status=Status.IN_PROGRESS,
            )
        except TransitionNotAllowed:
            return "refused"
        finally:
            connection.close()
        return "started"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(start, range(2)))

    assert outcomes == ["refused", "started"]
    assert topics_of(house) == ["buildings.request.status_changed"]
