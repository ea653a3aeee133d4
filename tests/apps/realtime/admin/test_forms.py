"""What operators are told when they ask for what cannot be answered."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User

pytestmark = pytest.mark.django_db


def _page(operator: Client, name: str, **asked: object) -> str:
    query = {key: str(value) for key, value in asked.items()}
    answer = operator.get(reverse(f"admin:{name}"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"person": "nobody@example.com", "channel": "user:1", "number": 1}, "Nobody has this"),
        ({"person": "42", "channel": "user:1", "number": 1}, "Nobody has this"),
        ({"person": "owner@example.com"}, "Name an event, or a channel"),
        ({"person": "owner@example.com", "channel": "user:1"}, "Name an event, or a channel"),
    ],
)
def test_page_says_what_it_needs(
    operator: Client, owner: User, asked: dict[str, object], complaint: str
) -> None:
    assert complaint in _page(operator, "realtime_why", **asked)
