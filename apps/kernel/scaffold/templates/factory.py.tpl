"""${Words_plural} that read well in tests."""

import factory
from factory.django import DjangoModelFactory

from apps.${app}.models import ${Resource}
from tests.factories.accounts import UserFactory


class ${Resource}Factory(DjangoModelFactory[${Resource}]):
    """${A} ${words} of a new user."""

    class Meta:
        model = ${Resource}

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence("${Words} {}".format)
