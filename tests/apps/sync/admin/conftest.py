"""An operator in the admin."""

import pytest
from django.test import Client

from apps.accounts.models import User


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    """Who may do everything in the admin."""
    client.force_login(staff)
    return client
