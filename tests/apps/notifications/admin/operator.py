"""An operator at work in the admin of notifications."""

from typing import Any

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User


def operator_of(staff: User) -> Client:
    """Return the browser of an operator who is signed in."""
    client = Client()
    client.force_login(staff)
    return client


def page_of(operator: Client, row: Any) -> str:
    """Return the text of a row's page."""
    name = f"admin:notifications_{type(row)._meta.model_name}_change"
    answer = operator.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def found(operator: Client, model: str, term: str) -> int:
    """Return how many rows of a list a search finds."""
    answer = operator.get(reverse(f"admin:notifications_{model}_changelist"), {"q": term})
    return int(answer.context["cl"].result_count)
