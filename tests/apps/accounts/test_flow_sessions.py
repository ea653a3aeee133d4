"""The Django sessions behind ours."""

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest

from apps.accounts.flow_sessions import flow_session_of, open_flow_session
from apps.accounts.models import User
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def test_user_is_signed_in_within_the_session_that_was_opened(owner: User) -> None:
    key = open_flow_session(owner).session_key or ""
    session = SessionFactory.create(user=owner, django_session_key=key)
    request = HttpRequest()

    request.session = flow_session_of(session.public_id)

    assert request.session.session_key == key
    assert get_user(request) == owner
