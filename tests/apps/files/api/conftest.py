"""A purpose that takes any bytes, and clients that bring them."""

import pytest

from apps.accounts.models import User
from apps.files.ports import purposes
from tests.apps.files.tus_clients import PARCEL, TusClient


@pytest.fixture(autouse=True)
def parcels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the purpose of the tests be known."""
    monkeypatch.setitem(purposes._entries, PARCEL.name, PARCEL)


@pytest.fixture
def phone(owner: User) -> TusClient:
    """The owner's client."""
    return TusClient(owner)


@pytest.fixture
def other_phone(stranger: User) -> TusClient:
    """A stranger's client."""
    return TusClient(stranger)
