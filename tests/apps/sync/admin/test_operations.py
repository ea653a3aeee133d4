"""Pushed operations in the admin: what was done, and what was answered."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.sync.types import Outcome
from tests.factories.sync import OperationFactory, StateFactory

pytestmark = pytest.mark.django_db


def test_operation_shows_its_answer_and_what_is_tried_again(operator: Client) -> None:
    operation = OperationFactory.create(
        outcome=Outcome.QUEUED,
        result={"reason": "The rows are locked."},
        change={"values": {"title": "<i>Später</i>"}},
    )

    page = operator.get(reverse("admin:sync_pushedoperation_change", args=[operation.pk]))

    text = page.content.decode()
    assert "The rows are locked." in text
    assert "&lt;i&gt;Später&lt;/i&gt;" in text


def test_operations_are_found_by_person_and_device(operator: Client, owner: User) -> None:
    state = StateFactory.create(user=owner)
    hers, other = OperationFactory.create(state=state), OperationFactory.create()
    listed = reverse("admin:sync_pushedoperation_changelist")

    for term in (owner.email, state.public_id, hers.public_id):
        found = operator.get(listed, {"q": str(term)}).content.decode()
        assert hers.record_id in found
        assert other.record_id not in found
