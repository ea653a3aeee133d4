"""R6 section 4, #38: whatever is written by POST is written once for its Idempotency-Key.

Parallel requests and those that die half-way are in tests/apps/api/test_idempotency_at_once.py.
"""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pytest_django import Settings

from apps.accounts.models import User
from tests.abuse.contents import contents
from tests.abuse.targets import Target, targets
from tests.abuse.wire import Sent, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def writes(owner: User, teammate: User, stranger: User, settings: Settings) -> Iterator[Target]:
    """Every POST but the one that ends the session of all others."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    return (
        target
        for target in targets(owner, teammate, stranger)
        if target.method == "POST" and "sign-out" not in target.path
    )


def keyed(target: Target, body: Any, **changes: Any) -> Sent:
    headers = [("Idempotency-Key", target.path)]
    return target.sent(body=orjson.dumps(body), headers=headers, **changes)


def test_repeated_write_is_carried_out_once(writes: Iterator[Target]) -> None:
    kept = {}

    for target in writes:
        first = send(keyed(target, target.example))
        before = contents()
        again = send(keyed(target, target.example))

        assert (again.status, contents()) == (first.status, before), target.path
        kept[target.path] = first.status < 300
        assert ("idempotency-replayed" in again.headers) is kept[target.path], target.path
        if kept[target.path]:
            assert again.body == first.body

    assert sum(kept.values()) > len(kept) / 2


def test_key_of_another_write_is_refused(writes: Iterator[Target]) -> None:
    for target in writes:
        if send(keyed(target, target.example)).status >= 300 or not target.takes_body:
            continue
        before = contents()

        refused = send(keyed(target, {"something": "else"}))

        assert refused.document["code"] == "api.idempotency_key_reused", target.path
        assert contents() == before


def test_key_of_another_user_opens_nothing(writes: Iterator[Target]) -> None:
    for target in writes:
        if target.is_open or send(keyed(target, target.example)).status >= 300:
            continue

        answer = send(keyed(target, target.example, token=target.stranger))

        assert "idempotency-replayed" not in answer.headers, target.path
