"""Which parts the house looks at, and how they are where the tests run."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from apps.accounts.models import User
from apps.health.ports import checks
from apps.health.watch import watch

PARTS = {"database", "migrations", "redis", "storage", "disk", "memory", "celery", "consumers"}


def test_every_part_of_the_house_is_looked_at() -> None:
    assert {check.name for check in checks} >= PARTS
    assert {check.name for check in checks if check.is_decisive} == {"database", "migrations"}


@pytest.mark.django_db(transaction=True)
def test_house_is_ready_with_what_the_tests_start(client: Client, staff: User) -> None:
    client.force_login(staff)
    watch.reports(wait_seconds=0)
    for watched in watch._watched:
        assert watched.is_known.wait(60), watched.check.name

    response = client.get("/health/ready")

    assert response.status_code == 200
    states = {check["name"]: check["state"] for check in response.json()["checks"]}
    well = {"database", "migrations", "redis", "storage", "consumers"}
    assert {states[name] for name in well} == {"ok"}, states
    # There is no worker among what the tests start.
    assert states["celery"] in {"failed", "silent"}
    assert not default_storage.exists("health_check_storage_test") or not any(
        default_storage.listdir("health_check_storage_test")
    )
