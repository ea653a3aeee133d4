"""What sync knows, for tests: devices, and conflicts that wait."""

import factory
from factory.django import DjangoModelFactory

from apps.sync.models import SyncConflict, SyncState
from apps.sync.types import ConflictKind
from tests.factories.accounts import UserFactory


class StateFactory(DjangoModelFactory[SyncState]):
    """A device that has synced."""

    class Meta:
        model = SyncState

    user = factory.SubFactory(UserFactory)
    installation_id = factory.Sequence("phone-{}".format)


class ConflictFactory(DjangoModelFactory[SyncConflict]):
    """An open conflict over a request that is not there."""

    class Meta:
        model = SyncConflict

    state = factory.SubFactory(StateFactory, user=factory.SelfAttribute("..user"))
    user = factory.SubFactory(UserFactory)
    table = "requests"
    record_id = factory.Sequence("request-{}".format)
    kind = ConflictKind.EDIT_EDIT
    fields = factory.LazyFunction(lambda: ["status"])
    mine = factory.LazyFunction(lambda: {"status": "done"})
    theirs = factory.LazyFunction(lambda: {"status": "rejected"})
