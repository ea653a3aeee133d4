"""The present history is the one that checkpoints are given out with."""

import pytest

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.sync.histories import present_history
from apps.sync.models import Checkpoint, Epoch
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def test_checkpoints_are_of_the_present_history(owner: User) -> None:
    Phone(owner).pull()

    assert present_history()[0] == Checkpoint.objects.get().epoch


def test_new_epoch_is_another_history_and_says_what_was_purged() -> None:
    before, _ = present_history()
    Epoch.objects.update_or_create(defaults={"counter": 7, "purged_xid": "5", "began_at": now()})

    assert present_history() == (before.rpartition(".")[0] + ".7", 5)
