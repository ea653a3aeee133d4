"""What the routes of providers refuse before any provider is asked."""

import pytest

from apps.accounts.models import User
from tests.apps.accounts.openid_provider import CLIENT_ID, OpenIdProvider
from tests.apps.accounts.phones import FLOWS, Phone

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "token",
    [
        None,
        "x",
        {},
        {"client_id": CLIENT_ID},
        {"id_token": "x"},
        {"client_id": CLIENT_ID, "id_token": 7},
        {"client_id": CLIENT_ID, "id_token": "x", "code": "y"},
        {"client_id": CLIENT_ID, "id_token": "x", "is_staff": "true"},
        {"client_id": CLIENT_ID, "access_token": "x"},
        {"client_id": "another", "id_token": "x"},
        {"client_id": CLIENT_ID, "id_token": "x" * 100_000},
    ],
)
def test_what_is_no_token_is_refused(google: OpenIdProvider, token: object) -> None:
    body = {"provider": "google", "process": "login", "token": token}

    assert Phone().send("POST", f"{FLOWS}/auth/provider/token", body).status_code == 400
    assert not User.objects.exists()
