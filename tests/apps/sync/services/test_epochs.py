"""The only row of epochs: made where there is none, and one at a time in anybody's hands."""

import pytest
from django.db import transaction

from apps.sync.models import Epoch
from apps.sync.services.epochs import cluster_identifier, held_epoch

pytestmark = pytest.mark.django_db(transaction=True)


def test_epoch_is_made_once_and_found_again() -> None:
    Epoch.objects.all().delete()

    with transaction.atomic():
        first = held_epoch()
    with transaction.atomic():
        again = held_epoch()

    assert first == again
    assert (again.counter, again.cluster) == (1, cluster_identifier())
    assert Epoch.objects.count() == 1
