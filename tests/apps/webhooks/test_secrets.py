"""Endpoints' secrets at rest."""

import pytest

from apps.keyring.errors import CiphertextRefused
from apps.webhooks.models import EndpointSecret
from apps.webhooks.secrets import opened, sealed
from apps.webhooks.signing import new_secret
from tests.factories.webhooks import EndpointFactory

pytestmark = pytest.mark.django_db


def test_secret_comes_back_as_it_was() -> None:
    endpoint, secret = EndpointFactory.create(secret=None), new_secret()

    sealed(endpoint, secret).save()

    row = EndpointSecret.objects.get(endpoint=endpoint)
    assert opened(row) == secret
    assert secret not in row.ciphertext.encode()


def test_secret_moved_to_another_row_opens_nothing() -> None:
    first, second = (EndpointFactory.create().secrets.get() for _ in range(2))
    second.ciphertext = first.ciphertext

    with pytest.raises(CiphertextRefused):
        opened(second)
