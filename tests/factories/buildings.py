"""Buildings for tests: rows as if the services had written them, but without events."""

import factory
from factory.django import DjangoModelFactory

from apps.buildings.models import (
    Building,
    Comment,
    Invitation,
    MaintenanceRequest,
    Member,
    Unit,
)
from apps.buildings.types import Role
from tests.factories.accounts import UserFactory


class MemberFactory(DjangoModelFactory[Member]):
    """A resident of a new building."""

    class Meta:
        model = Member

    building = factory.SubFactory("tests.factories.buildings.BuildingFactory")
    user = factory.SubFactory(UserFactory)
    role = Role.RESIDENT


class BuildingFactory(DjangoModelFactory[Building]):
    """A building with an owner: ``owner__user=`` says who."""

    class Meta:
        model = Building
        skip_postgeneration_save = True

    name = factory.Sequence("House {}".format)
    address = "1 Harbour Road"

    owner = factory.RelatedFactory(MemberFactory, "building", role=Role.OWNER)


class UnitFactory(DjangoModelFactory[Unit]):
    """A unit."""

    class Meta:
        model = Unit

    building = factory.SubFactory(BuildingFactory)
    label = factory.Sequence("Flat {}".format)
    floor = 1


class InvitationFactory(DjangoModelFactory[Invitation]):
    """A pending invitation of a resident."""

    class Meta:
        model = Invitation

    building = factory.SubFactory(BuildingFactory)
    email = factory.Sequence("invited{}@example.com".format)
    role = Role.RESIDENT


class RequestFactory(DjangoModelFactory[MaintenanceRequest]):
    """An open maintenance request of nobody's unit."""

    class Meta:
        model = MaintenanceRequest

    building = factory.SubFactory(BuildingFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence("Tap {} drips".format)


class CommentFactory(DjangoModelFactory[Comment]):
    """A comment."""

    class Meta:
        model = Comment

    request = factory.SubFactory(RequestFactory)
    author = factory.SubFactory(UserFactory)
    text = "It drips at night only."
