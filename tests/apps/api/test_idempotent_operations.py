"""Every POST of the OpenAPI document takes an Idempotency-Key, and nothing else does."""

from typing import Any

import pytest

from apps.api.schema import document

METHODS = ("get", "post", "patch", "delete")


@pytest.fixture(scope="module")
def operations() -> list[tuple[str, dict[str, Any]]]:
    paths = document()["paths"].values()
    return [(method, path[method]) for path in paths for method in METHODS if method in path]


def test_every_write_by_post_takes_a_key(operations: list[tuple[str, dict[str, Any]]]) -> None:
    for method, operation in operations:
        names = [parameter["name"] for parameter in operation.get("parameters", ())]
        assert names.count("Idempotency-Key") == (method == "post"), operation["operationId"]


def test_what_may_be_wrong_with_a_key_is_documented(
    operations: list[tuple[str, dict[str, Any]]],
) -> None:
    for method, operation in operations:
        if method == "post":
            responses = operation["responses"]
            assert "api.malformed_idempotency_key" in responses["400"]["description"]
            assert "api.idempotency_key_in_use" in responses["409"]["description"]
            assert "api.idempotency_key_reused" in responses["422"]["description"]


def test_documents_made_one_after_the_other_are_equal() -> None:
    assert document() == document()
