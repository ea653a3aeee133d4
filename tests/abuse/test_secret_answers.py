"""BREACH: what bears a secret says so, and is then neither compressed nor kept (decision 0010)."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from apps.accounts.models import User
from tests.abuse.targets import targets
from tests.abuse.wire import Sent, send

pytestmark = pytest.mark.django_db

_SECRET = re.compile(r"token|secret|password|recovery|signature")
_COMPRESSIBLE = [("Accept-Encoding", "gzip, br"), ("If-None-Match", "*")]
_FLOWS = "/_allauth/app/v1"


def test_no_secret_leaves_without_its_mark(owner: User, teammate: User, stranger: User) -> None:
    everything = targets(owner, teammate, stranger)
    # What ends sessions and removes rows comes last.
    everything.sort(key=lambda target: (target.method == "DELETE", "sign-out" in target.path))
    told_of = 0

    for target in everything:
        answer = send(target.sent(body=orjson.dumps(target.example), headers=_COMPRESSIBLE))
        if "no-store" in answer.headers.get("cache-control", ""):
            told_of += answer.status < 300
            assert not {"etag", "content-encoding"} & set(answer.headers), target.path
        elif answer.body:
            told = [name for name in _names(answer.document) if _SECRET.search(name)]
            assert not told, f"{target.method} {target.path} tells {told} without no-store."

    assert told_of


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{_FLOWS}/config", 200),
        ("GET", f"{_FLOWS}/auth/session", 401),
        ("POST", f"{_FLOWS}/auth/login", 400),
        ("POST", f"{_FLOWS}/tokens/refresh", 401),
        ("GET", f"{_FLOWS}/account/authenticators/totp", 404),
        ("GET", f"{_FLOWS}/account/authenticators/recovery-codes", 404),
        ("GET", "/admin/login/", 200),
    ],
)
def test_flows_and_operators_pages_are_marked(
    owner: User, method: str, path: str, status: int
) -> None:
    answer = send(Sent(method=method, target=path, headers=_COMPRESSIBLE))

    assert "no-store" in answer.headers["cache-control"]
    assert not {"etag", "content-encoding"} & set(answer.headers)


def _names(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        yield from document
        for below in document.values():
            yield from _names(below)
    elif isinstance(document, list):
        for below in document:
            yield from _names(below)
