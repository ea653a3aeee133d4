"""Maintenance requests: opened by members, taken through their life by those who may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.errors import StatusNotYours, TransitionNotAllowed
from apps.buildings.models import Building, MaintenanceRequest
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
