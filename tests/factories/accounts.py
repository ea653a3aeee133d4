"""Users, devices and sessions that read well in tests."""

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from apps.accounts.models import Device, Session, User
from apps.accounts.types import Platform
from apps.kernel import clock

PASSWORD = "Correct horse battery staple 7"


class EmailAddressFactory(DjangoModelFactory[EmailAddress]):
    """The verified address of a user."""

    class Meta:
        model = EmailAddress

    email = factory.SelfAttribute("user.email")
    verified = True
    primary = True


class UserFactory(DjangoModelFactory[User]):
    """A user who signed up and verified an address that nobody else has."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@example.com".format)
    name = factory.Sequence("Person {}".format)
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    address = factory.RelatedFactory(EmailAddressFactory, "user")


class DeviceFactory(DjangoModelFactory[Device]):
    """A phone of a new user."""

    class Meta:
        model = Device

    user = factory.SubFactory(UserFactory)
    installation_id = factory.Sequence("installation-{}".format)
    platform = Platform.IOS
    last_seen_at = factory.LazyFunction(clock.now)


class SessionFactory(DjangoModelFactory[Session]):
    """A session of a new user."""

    class Meta:
        model = Session

    user = factory.SubFactory(UserFactory)
    last_used_at = factory.LazyFunction(clock.now)
