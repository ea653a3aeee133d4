"""Users, devices and sessions that read well in tests."""

import factory
from factory.django import DjangoModelFactory

from apps.accounts.models import Device, Session, User
from apps.accounts.types import Platform
from apps.kernel import clock

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory[User]):
    """A user who signed up; nobody else has the address."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    name = factory.Sequence(lambda number: f"Person {number}")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save(update_fields=["password"])


class DeviceFactory(DjangoModelFactory[Device]):
    """A phone of a new user."""

    class Meta:
        model = Device

    user = factory.SubFactory(UserFactory)
    installation_id = factory.Sequence(lambda number: f"installation-{number}")
    platform = Platform.IOS
    last_seen_at = factory.LazyFunction(clock.now)


class SessionFactory(DjangoModelFactory[Session]):
    """A session of a new user."""

    class Meta:
        model = Session

    user = factory.SubFactory(UserFactory)
    last_used_at = factory.LazyFunction(clock.now)
