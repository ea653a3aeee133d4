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
            assert ("If-Match" in headers) == ("412" in operation["responses"]) == is_change


def test_the_error_of_a_precondition_is_named() -> None:
    row = document()["paths"]["/api/v1/buildings/{building_id}/"]

    assert PreconditionFailed.code in row["patch"]["responses"]["412"]["description"]
