"""The beat deletes invalidations that can meet no entry any more."""

from datetime import timedelta

import pytest
from django.conf import settings

from apps.caching.models import Invalidation
from apps.caching.services import forget
from apps.caching.tasks import maintain
from apps.kernel import clock
from tests.apps.caching.samples import STRICT


@pytest.mark.django_db
def test_old_invalidations_are_deleted_by_schedule() -> None:
    forget(STRICT, "key")
    Invalidation.objects.update(made_at=clock.now() - timedelta(days=31))

    maintain()

    assert not Invalidation.objects.exists()
    assert "caching.maintain" in settings.CELERY_BEAT_SCHEDULE
