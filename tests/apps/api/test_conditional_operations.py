"""Every change of something documents its If-Match, and nothing else does."""

import pytest

from apps.api.errors import PreconditionFailed
from apps.api.schema import document

pytestmark = pytest.mark.urls("config.urls")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_change_takes_a_precondition(version: str) -> None:
    for path, operations in document(version)["paths"].items():
        for method, operation in operations.items():
            parameters = operation.get("parameters", ())
            headers = {each["name"] for each in parameters if each["in"] == "header"}
            is_change = method in {"patch", "delete"} and path.startswith("/api/")
            # Where bytes begin is a precondition already: with the next ones the tag is another.
            assert ("If-Match" in headers) == (is_change and "Upload-Offset" not in headers)
            # tus has the status for those who speak another version of it.
            answers_412 = "If-Match" in headers or "Tus-Resumable" in headers
            assert ("412" in operation["responses"]) == answers_412, operation["operationId"]


def test_the_error_of_a_precondition_is_named() -> None:
    row = document()["paths"]["/api/v1/buildings/{building_id}/"]

    assert PreconditionFailed.code in row["patch"]["responses"]["412"]["description"]


def test_what_takes_none_names_neither_the_error_nor_that_it_does_not() -> None:
    append = document()["paths"]["/api/v1/uploads/{id}/"]["patch"]

    assert PreconditionFailed.code not in append["responses"]["412"]["description"]
    assert "x-without-if-match" not in append
