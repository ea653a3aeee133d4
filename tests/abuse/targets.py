"""What is attacked: every method of every route, with rows of the owner behind the ids."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.api.permissions import Anyone
from apps.api.schema import document
from apps.api.versions import version_in
from tests.abuse.wire import Sent
from tests.architecture.routes import Route, distinct_routes
from tests.cast.scenes import scenes
from tests.factories.accounts import UserFactory

# Names that are in a catalogue for everybody.
PUBLISHED = {"code": "kernel.not_found", "topic": "buildings.unit.added"}
_BODY = ("requestBody", "content", "application/json")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One method of one route, and all it takes to call it as the owner would."""

    route: Route
    method: str
    ids: Mapping[str, str]
    token: str
    stranger: str
    # From the OpenAPI document: an example of the body, its fields, and the query parameters.
    example: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    parameters: Sequence[Mapping[str, Any]] = ()

    @property
    def path(self) -> str:
        return self.route.filled(self.ids)

    @property
    def asked(self) -> str:
        """The path with the parameters that it cannot be asked without, as documented."""
        examples = {
            parameter["name"]: next(iter(parameter["examples"].values()))["value"]
            for parameter in self.parameters
            if parameter.get("required")
        }
        return f"{self.path}?{urlencode(examples)}" if examples else self.path

    @property
    def takes_body(self) -> bool:
        return bool(self.fields)

    @property
    def is_open(self) -> bool:
        return Anyone in self.route.permission_classes()

    def sent(self, **changes: Any) -> Sent:
        """Return the owner's request, changed."""
        token = changes.pop("token", self.token)
        headers = [("Authorization", f"Bearer {token}")] if token else []
        headers += [("Content-Type", "application/json")] if "body" in changes else []
        changes["headers"] = [*headers, *changes.get("headers", ())]
        return Sent(**{"method": self.method, "target": self.path, **changes})

    def filled(self, **ids: str) -> str:
        """Return the path with some ids replaced by what may be none."""
        return self.route.filled({**self.ids, **ids})


def targets(owner: User, teammate: User, stranger: User) -> list[Target]:
    """Return every method of every route under /api/<version>/, once where versions share it."""
    known = scenes()
    token = sign_in_as(owner.pk).access_token
    operator = sign_in_as(UserFactory.create(is_staff=True, is_superuser=True).pk).access_token
    foreign = sign_in_as(stranger.pk).access_token
    found = []
    for route in distinct_routes():
        scene = known.get(route.below_version)
        ids = scene.set_up(owner, teammate) if scene else PUBLISHED
        found += [
            Target(
                route=route,
                method=method,
                ids={name: str(value) for name, value in ids.items()},
                token=operator if route.is_for_operators() else token,
                stranger=foreign,
                **_documented(route.path, method),
            )
            for method in route.methods
        ]
    return found


def _documented(path: str, method: str) -> dict[str, Any]:
    templated = re.sub(r"<(\w+)>", r"{\1}", path)
    described = _document(version_in(path) or "")
    operation = described["paths"].get(templated, {}).get(method.lower(), {})
    body: Any = operation
    for step in _BODY:
        body = body.get(step, {})
    examples = list(body.get("examples", {}).values())
    return {
        "example": examples[0]["value"] if examples else {},
        "fields": _properties(body.get("schema", {}), described),
        "parameters": [p for p in operation.get("parameters", ()) if p["in"] == "query"],
    }


def _properties(schema: Mapping[str, Any], described: dict[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found = described["components"]["schemas"][name] if name else schema
    properties: Mapping[str, Any] = found.get("properties", {})
    return properties


@cache
def _document(version: str) -> dict[str, Any]:
    return document(version)
