"""Each POST of the OpenAPI document takes an Idempotency-Key but that of tus, and nothing else."""

from typing import Any

import pytest

from apps.api.schema import document

# tus sees to repeats by offsets, and no body of its waits in memory.
BY_TUS = {"files_upload_create"}
METHODS = ("get", "post", "patch", "delete")


@pytest.fixture(scope="module")
def operations() -> list[tuple[str, dict[str, Any]]]:
    paths = document()["paths"].values()
    return [(method, path[method]) for path in paths for method in METHODS if method in path]


def _takes_key(method: str, operation: dict[str, Any]) -> bool:
    return method == "post" and operation["operationId"] not in BY_TUS


def test_what_takes_no_key_is_there_and_says_nothing_of_keys(
    operations: list[tuple[str, dict[str, Any]]],
) -> None:
    without = [each for _, each in operations if each["operationId"] in BY_TUS]

    assert len(without) == len(BY_TUS)
    assert not any("x-without-key" in each for _, each in operations)
    for operation in without:
        told = [response.get("description", "") for response in operation["responses"].values()]
        assert not any("idempotency_key" in description for description in told)


def test_every_other_write_by_post_takes_a_key(
    operations: list[tuple[str, dict[str, Any]]],
) -> None:
    for method, operation in operations:
        names = [parameter["name"] for parameter in operation.get("parameters", ())]
        count = names.count("Idempotency-Key")
        assert count == _takes_key(method, operation), operation["operationId"]


def test_what_may_be_wrong_with_a_key_is_documented(
    operations: list[tuple[str, dict[str, Any]]],
) -> None:
    for method, operation in operations:
        if _takes_key(method, operation):
            responses = operation["responses"]
            assert "api.malformed_idempotency_key" in responses["400"]["description"]
            assert "api.idempotency_key_in_use" in responses["409"]["description"]
            assert "api.idempotency_key_reused" in responses["422"]["description"]


def test_documents_made_one_after_the_other_are_equal() -> None:
    assert document() == document()
