"""What the viewsets of webhooks have in common: everyone finds their own rows only."""

import pytest

from apps.accounts.models import User
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.people import client_of


@pytest.mark.parametrize("rows", ["endpoints", "deliveries"])
def test_everyone_finds_their_own_rows_only(owner: User, stranger: User, rows: str) -> None:
    url = f"/api/v1/webhooks/{rows}/"
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(owner=owner))
    row = delivery.endpoint if rows == "endpoints" else delivery

    found = client_of(owner).get(url).json()["items"]

    assert [item["id"] for item in found] == [str(row.public_id)]
    assert client_of(stranger).get(url).json()["items"] == []
    assert client_of(owner).get(f"{url}{row.public_id}/").status_code == 200
    assert client_of(stranger).get(f"{url}{row.public_id}/").status_code == 404
