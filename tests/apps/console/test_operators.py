"""What is done in the admin is told under the operator's name."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.events.selectors import latest_events
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def test_change_in_the_admin_names_the_operator(operator: Client, owner: User, staff: User) -> None:
    session = SessionFactory.create(user=owner)
    chosen = {"action": "end", "_selected_action": [session.pk], "confirmed": "yes"}

    operator.post("/admin/accounts/session/", chosen)

    (event,) = latest_events(limit=1, topic_prefix="accounts.session.ended")
    assert event.actor == str(staff.public_id)


def test_other_pages_ask_nobody_who_they_are(client: Client, owner: User) -> None:
    client.force_login(owner)

    answer = client.get("/health/live")

    assert answer.status_code == 200
