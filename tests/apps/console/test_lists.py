"""Every list of the admin is read in few queries, however many rows it shows."""

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.services import record_sign_up
from apps.kernel.clock import now
from apps.keyring import services as keyring
from apps.keyring.types import Purpose
from tests.factories.accounts import DeviceFactory, SessionFactory
from tests.factories.buildings import (
    BuildingFactory,
    CommentFactory,
    InvitationFactory,
    RequestFactory,
    UnitFactory,
)
from tests.factories.sync import ConflictFactory, OperationFactory
from tests.factories.webhooks import DeliveryFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15
LISTS: "list[ModelAdmin[Model]]" = sorted(
    admin.site._registry.values(), key=lambda each: each.opts.label
)


def furnish(times: int) -> None:
    """Write rows of what the lists show, each of a person of their own."""
    for _ in range(times):
        session = SessionFactory.create(device=DeviceFactory.create())
        record_sign_up(user_id=session.user_id)
        building = BuildingFactory.create()
        UnitFactory.create(building=building)
        InvitationFactory.create(building=building, invited_by=session.user)
        CommentFactory.create(request=RequestFactory.create(building=building))
        DeliveryFactory.create(state="failed", due_at=None, finished_at=now())
        OperationFactory.create(state=ConflictFactory.create(user=session.user).state)


def queries_of(operator: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = operator.get(path)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.opts.label)
def test_list_asks_few_queries_and_no_more_for_more_rows(
    operator: Client, listed: "ModelAdmin[Model]"
) -> None:
    path = reverse(f"admin:{listed.opts.app_label}_{listed.opts.model_name}_changelist")
    keyring.sign(purpose=Purpose.SIGNED_URL, message=b"anything")
    furnish(1)
    queries_of(operator, path)
    few = queries_of(operator, path)
    furnish(4)

    many = queries_of(operator, path)

    assert many <= MOST_QUERIES
    assert many <= few
