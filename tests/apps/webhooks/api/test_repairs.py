"""What `repairs` shows is what the rows hold."""

import pytest

from apps.webhooks.api.repairs import RecoveryOut
from tests.factories.webhooks import RecoveryFactory


@pytest.mark.django_db
def test_recovery_shows_its_progress() -> None:
    recovery = RecoveryFactory.create(total=8, done=2)

    shown = RecoveryOut(recovery).data

    assert (shown["percent"], shown["done"], shown["total"]) == (25.0, 2, 8)
