"""Each version has its apps, its document and its page."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.urls("config.urls")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_version_has_its_own_page_and_document(client: APIClient, version: str) -> None:
    page = client.get(f"/api/{version}/docs/", headers={"Accept": "text/html"}).content.decode()
    script = client.get(f"/api/{version}/docs/?script=", headers={"Accept": "*/*"}).content.decode()
    document = client.get(f"/api/{version}/schema/").json()

    assert f"/api/{version}/docs/?script" in page
    assert f"/api/{version}/schema/" in script
    assert document["info"]["version"] == version


def test_the_catalogue_of_errors_is_the_same_at_every_version(client: APIClient) -> None:
    first, second = (client.get(f"/api/{version}/errors/").json() for version in ("v1", "v2"))

    assert first == second
