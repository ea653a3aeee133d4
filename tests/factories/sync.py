"""What sync knows, for tests: devices, conflicts that wait, and what was pushed."""

import factory
from factory.django import DjangoModelFactory

from apps.kernel.ids import new_id
from apps.sync.models import PushedOperation, SyncConflict, SyncState
from apps.sync.types import ConflictKind, Operation, Outcome
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
    fields = factory.LazyFunction(lambda: ["description"])
    mine = factory.LazyFunction(lambda: {"description": "At night only."})
    theirs = factory.LazyFunction(lambda: {"description": "All day."})


class OperationFactory(DjangoModelFactory[PushedOperation]):
    """An edit that was applied."""

    class Meta:
        model = PushedOperation

    state = factory.SubFactory(StateFactory)
    op_id = factory.LazyFunction(new_id)
    table_name = "requests"
    record_id = factory.LazyFunction(lambda: str(new_id()))
    operation = Operation.UPSERT
    outcome = Outcome.APPLIED
    result = factory.Dict({"outcome": "applied"})
