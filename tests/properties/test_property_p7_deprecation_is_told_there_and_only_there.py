"""P7: what is deprecated says so in every answer, and nothing else does."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api import versions
from apps.api.deprecation import Deprecation
from apps.api.versions import Version
from tests.apps.api.sample import ByName, Echo, PersonViewSet

# Without a transaction around all examples, which could time out.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.apps.api.sample")]

NAMES = {"Deprecation", "Sunset", "Link"}
# The sample's views and documentation's, under either version, also where nothing answers well.
PATHS = ["sample/people/", "sample/people/{id}/", "sample/people/{id}/rename/", "sample/by-name/",
         "sample/echo/", "errors/"]  # fmt: skip
METHODS = ["GET", "HEAD", "GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"]
# How it is asked: well, with the answer at hand, for another type, for nonsense.
MANNERS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("", {"If-None-Match": "*"}),
    ("", {"Accept": "text/html"}),
    ("?nonsense=1", {}),
]
ACTIONS = {
    "sample/people/": {"GET": "list", "POST": "create"},
    "sample/people/{id}/": {"GET": "retrieve", "PATCH": "partial_update", "DELETE": "destroy"},
    "sample/people/{id}/rename/": {"POST": "rename"},
    "sample/by-name/": {"GET": "list", "POST": "create"},
}
VIEWS: Mapping[str, Any] = {
    "sample/people/": PersonViewSet,
    "sample/people/{id}/": PersonViewSet,
    "sample/people/{id}/rename/": PersonViewSet,
    "sample/by-name/": ByName,
    "sample/echo/": Echo,
}

days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
deprecation = st.builds(
    Deprecation,
    since=days,
    sunset=st.none() | days,
    link=st.sampled_from(["/api/v2/docs/", "https://docs.example.com/moved?to=v2#top"]),
)
marks = st.dictionaries(
    st.sampled_from(["", "list", "retrieve", "create", "rename", "destroy", "get", "post"]),
    deprecation,
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    of_version=st.fixed_dictionaries({}, optional={"v1": deprecation, "v2": deprecation}),
    of_view=st.dictionaries(st.sampled_from([PersonViewSet, ByName, Echo]), marks),
    version=st.sampled_from(["v1", "v2"]),
    path=st.sampled_from(PATHS),
    method=st.sampled_from(METHODS),
    manner=st.sampled_from(MANNERS),
    is_known=st.booleans(),
)
def test_property_p7_deprecation_is_told_there_and_only_there(
    owner: User,
    of_version: dict[str, Deprecation],
    of_view: dict[Any, dict[str, Deprecation]],
    version: str,
    path: str,
    method: str,
    manner: tuple[str, dict[str, str]],
    is_known: bool,
) -> None:
    """Versions, views and actions are marked at random; the nearest mark is told, or none.

    Seen to fail when the middleware stood inside of the one that answers 304, and when views took
    over the marks of their bases.
    """
    query, headers = manner
    client = APIClient(raise_request_exception=False)
    if is_known:
        client.force_authenticate(owner)
    declared = [Version(name=name, deprecation=of_version.get(name)) for name in ("v1", "v2")]
    # The sample's own views are mounted below v1 alone.
    version = "v1" if path.startswith("sample/") else version
    with ExitStack() as stack:
        stack.enter_context(patch.object(versions, "VERSIONS", declared))
        for view, marked in of_view.items():
            stack.enter_context(patch.object(view, "deprecations", marked, create=True))
        answer = client.generic(
            method, f"/api/{version}/{path.format(id=owner.public_id)}{query}", headers=headers
        )

    of_route = of_view.get(VIEWS.get(path), {})
    verb = "GET" if method == "HEAD" else method
    action = ACTIONS.get(path, {}).get(verb, verb.lower())
    expected = of_route.get(action) or of_route.get("") or of_version.get(version)
    told = {name: answer[name] for name in NAMES if name in answer.headers}
    assert set(told) == _names(expected)
    if expected:
        assert told["Deprecation"] == f"@{(expected.since - date(1970, 1, 1)) // _SECOND}"
        page = expected.link if "://" in expected.link else _page(expected.link)
        assert told["Link"] == f'<{page}>; rel="deprecation"; type="text/html"'
    if expected and expected.sunset:
        sunset = parsedate_to_datetime(told["Sunset"])
        assert sunset == datetime.combine(expected.sunset, datetime.min.time(), UTC)
    User.objects.exclude(pk=owner.pk).delete()


_SECOND = timedelta(seconds=1)


def _names(expected: Deprecation | None) -> set[str]:
    if expected is None:
        return set()
    return NAMES if expected.sunset else NAMES - {"Sunset"}


def _page(path: str) -> str:
    return f"{django_settings.BASE_URL}{path}"
