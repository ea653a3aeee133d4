"""HEAD and OPTIONS are in the document only where a view answers them in its own way."""

import pytest

from apps.api.schema import document
from apps.api.versions import VERSIONS

pytestmark = pytest.mark.urls("config.urls")


@pytest.mark.parametrize("version", [version.name for version in VERSIONS])
def test_uploads_alone_answer_head_and_options_in_their_own_way(version: str) -> None:
    paths = document(version)["paths"]

    own = {
        (method, path)
        for path, operations in paths.items()
        for method in operations
        if method in {"head", "options"}
    }

    uploads = f"/api/{version}/uploads/"
    assert own == {("options", uploads), ("head", f"{uploads}{{id}}/")}


def test_who_asks_what_is_possible_needs_no_token_and_has_the_rate_of_chunks() -> None:
    options = document()["paths"]["/api/v1/uploads/"]["options"]

    assert {} in options["security"]
    assert [limit["scope"] for limit in options["x-ratelimit"]] == ["upload_chunks"]
