"""A phone that asks over HTTP: what it sends, and what it is answered."""

from typing import Any
from uuid import uuid4

from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.people import client_of

ROOT = "/api/v1/sync"


class Phone:
    """One installation of the app, signed in."""

    def __init__(self, user: User, device: str = "phone") -> None:
        self.device = device
        self.client: APIClient = client_of(user)

    def get(self, path: str, **query: Any) -> Any:
        """Return the answer to a pull."""
        return self.client.get(f"{ROOT}/{path}", {"device": self.device, **query})

    def post(self, path: str, body: Any, **query: Any) -> Any:
        """Return the answer to a push of documents."""
        said = "&".join(f"{name}={value}" for name, value in query.items())
        url = f"{ROOT}/{path}?device={self.device}&{said}".removesuffix("&")
        return self.client.post(url, body, format="json")

    def pull(self, **query: Any) -> Any:
        """Return a page of our own protocol."""
        answer = self.get("pull", **query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def push(self, *operations: Any, **told: Any) -> Any:
        """Return the results of operations."""
        body = {"device": self.device, "operations": operations, **told}
        answer = self.client.post(f"{ROOT}/push", body, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]


def upsert(table: str, record_id: str, base_revision: int | None = None, **changes: Any) -> Any:
    """Return an operation of our own protocol."""
    return {
        "op_id": str(uuid4()),
        "table": table,
        "id": record_id,
        "op": "upsert",
        "base_revision": base_revision,
        "changes": changes,
    }


def delete(table: str, record_id: str, base_revision: int | None = None) -> Any:
    """Return an operation of our own protocol."""
    return {
        "op_id": str(uuid4()),
        "table": table,
        "id": record_id,
        "op": "delete",
        "base_revision": base_revision,
    }
