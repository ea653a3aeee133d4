"""Every route under /api/ names its guards, is documented, and refuses whom it does not know."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from apps.api.permissions import Anyone, SignedIn
from apps.api.schema import document
from apps.api.versions import VERSIONS, Version
from apps.api.views import ApiView
from tests.architecture.routes import Route, api_routes, complaints_about, undocumented

ROUTES = api_routes()
REFUSALS = {401, 403, 404}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_names_its_permission_and_throttle(route: Route) -> None:
    assert not complaints_about(route)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_every_operation_has_a_summary(version: Version) -> None:
    assert not undocumented(document(version.name))


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.django_db
def test_a_route_refuses_the_anonymous_unless_it_is_for_anyone(
    route: Route, client: Client
) -> None:
    if Anyone in route.permission_classes():
        return
    path = route.filled(dict.fromkeys(route.parameters, uuid4()))

    statuses = {
        method: client.generic(method, path, "{}", "application/json").status_code
        for method in route.methods
    }

    assert set(statuses.values()) <= REFUSALS, statuses


class _Guarded(ApiView):
    permission_classes = (SignedIn,)

    @extend_schema(summary="Do nothing")
    def get(self, request: object) -> None: ...


class _Unguarded(APIView):
    def get(self, request: object) -> None: ...


@pytest.mark.parametrize(
    ("view", "words"), [(_Guarded, []), (_Unguarded, ["permission", "throttle"])]
)
def test_guard_rule_bites(view: type[APIView], words: list[str]) -> None:
    route = Route("/api/v1/things/", view.as_view())

    complaints = complaints_about(route)

    assert len(complaints) == len(words)
    assert all(word in complaint for word, complaint in zip(words, complaints, strict=True))


def test_summary_rule_bites() -> None:
    operations: dict[str, Any] = {
        "/told/": {"get": {"summary": "Tell"}},
        "/untold/": {"get": {"description": "long"}, "parameters": []},
    }

    assert undocumented({"paths": operations}) == ["GET /untold/"]
