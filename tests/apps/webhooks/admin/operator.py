"""An operator who acts on rows in the admin."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User


def operator_of(staff: User) -> Client:
    """Return the browser of an operator who is signed in."""
    client = Client()
    client.force_login(staff)
    return client


def act(operator: Client, page: str, action: str, row: Any) -> str:
    """Carry out an action on one row of a list, and return the page that follows."""
    answer = operator.post(
        reverse(page),
        {"action": action, "_selected_action": [row.pk], "confirmed": "yes"},
        follow=True,
    )
    return answer.content.decode()
