"""The OpenAPI 3.1 document: what drf-spectacular finds in the views, in our words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter
from typing_extensions import override

from apps.api.components import DESCRIPTIONS, HEADERS, PROBLEM
from apps.api.deprecation import Deprecation, deprecation_of
from apps.api.endpoints import Endpoints
from apps.api.field_selection import LONGEST, PARAMETER
from apps.api.permissions import Anyone
from apps.api.throttles import AnonymousThrottle, UserThrottle
from apps.api.versions import VERSIONS, deprecation_of_version, version_in
from apps.kernel.errors import AppError

_RAISES = "x-raises"
_PROBLEM_HEADERS = "x-problem-headers"
_FIELDS = OpenApiParameter(
    PARAMETER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST},
    description="Which fields to answer with, such as `id,owner.email`: names separated by "
    "commas, dots leading into objects. All others are left out, also those that are required.",
)
_COUNTED_PER: Mapping[Any, str] = {UserThrottle: "user", AnonymousThrottle: "address"}
_DEPRECATION = ("Deprecation", "Sunset", "Link")


class AccessTokenScheme(OpenApiAuthenticationExtension):
    """How a client signs in: an access token as Bearer (RFC 6750)."""

    target_class = "apps.accounts.api.authentication.AccessTokenAuthentication"
    name = "accessToken"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class OperationSchema(AutoSchema):
    """Knows the input and output serializers, the list actions and permissions of our views."""

    @override
    def get_request_serializer(self) -> Any:
        chosen = getattr(self.view, "input_class", None)
        return chosen() if chosen else super().get_request_serializer()

    @override
    def get_response_serializers(self) -> Any:
        chosen = getattr(self.view, "output_class", None)
        return chosen() if chosen else super().get_response_serializers()

    @override
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation with the rates that it is limited by."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["x-ratelimit"] = list(self._limits())
            operation[_PROBLEM_HEADERS] = self._problem_headers(operation.get(_RAISES, ()))
        return operation

    def _problem_headers(self, errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the headers of an operation's own errors, declared as those of its answers."""
        statuses = {str(error["status"]) for error in errors}
        return {status: self._get_response_headers_for_code(status) for status in statuses}

    def _limits(self) -> Iterator[dict[str, str | None]]:
        throttles: Sequence[Any] = self.view.get_throttles()
        for throttle in throttles:
            counted = _COUNTED_PER.get(type(throttle), "user, or address of a stranger")
            scope = throttle.scope or getattr(self.view, "throttle_scope", None)
            if scope:
                rate = settings.API_DOCUMENTED_RATES[scope]
                yield {"scope": scope, "rate": rate, "counted_per": counted}

    @override
    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = super().get_override_parameters()
        return [*parameters, _FIELDS] if getattr(self.view, "is_read", False) else parameters

    @override
    def get_auth(self) -> list[dict[str, Any]]:
        """Say of every operation whether it takes a token: ``{}`` stands for without."""
        auths = super().get_auth()
        is_public = any(isinstance(each, Anyone) for each in self.view.get_permissions())
        return [*auths, {}] if is_public else auths

    @override
    def get_tags(self) -> list[str]:
        """Group by app, which for most is the first word of the path as well."""
        package, _, below = type(self.view).__module__.partition(".")
        return [below.partition(".")[0]] if package == "apps" else super().get_tags()

    @override
    def get_operation_id(self) -> str:
        """Name a viewset's operation by its route and action, which is unique and speaks."""
        basename = getattr(self.view, "basename", None)
        if not basename:
            return str(super().get_operation_id())
        return f"{self.get_tags()[0]}_{basename}_{self.view_action}".replace("-", "_")

    @override
    def get_filter_backends(self) -> list[Any]:
        filterset = getattr(self.view, "filterset_class", None)
        if filterset is None:
            return []
        # Our querysets are the asking user's, and here is no user: only the model counts.
        model = getattr(filterset.Meta, "model", None) or self.get_response_serializers().Meta.model
        setattr(self.view, "queryset", QuerySet(model).none())  # noqa: B010
        return list(super().get_filter_backends())

    @override
    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    @override
    def _is_list_view(self, serializer: Any = None) -> bool:
        if self.view_action in getattr(self.view, "list_actions", ()):
            return True
        return super()._is_list_view(serializer)

    @override
    def is_deprecated(self) -> bool:
        return bool(super().is_deprecated()) or self.deprecation is not None

    @property
    def deprecation(self) -> Deprecation | None:
        """Why this operation warns, if it does."""
        declared = deprecation_of(type(self.view), self.view_action or self.method.lower())
        return declared or deprecation_of_version(version_in(self.path))

    @property
    def view_action(self) -> str:
        """The action of a viewset; "" for a plain view."""
        return getattr(self.view, "action", "") or ""


def raises(*errors: type[AppError]) -> dict[str, list[dict[str, Any]]]:
    """Return the ``extensions`` for ``extend_schema`` that document an operation's own errors."""
    return {_RAISES: [{"code": e.code, "title": e.title, "status": e.status} for e in errors]}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Document the problems every operation may answer with (a post-processing hook)."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        _component(status): _response(text) for status, text in DESCRIPTIONS.items()
    }
    components["responses"][_component("429")]["headers"] = _referred(["Retry-After"])
    components["headers"] = HEADERS
    for path, operations in result["paths"].items():
        for operation in operations.values():
            own = operation.pop(_RAISES, [])
            headers = operation.pop(_PROBLEM_HEADERS, {})
            responses = operation["responses"]
            for response in responses.values():
                response["description"] = response["description"] or "As asked."
                if operation.get("deprecated"):
                    response["headers"] = response.get("headers", {}) | _referred(_DEPRECATION)
            for status, response in _problems_of(path, operation, own).items():
                if headers.get(status):
                    response["headers"] = headers[status]
                responses.setdefault(status, response)
    return result


class OneVersion(SchemaGenerator):
    """Documents one version, and what lies beside all of them; the first one unless told."""

    endpoint_inspector_cls = Endpoints

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular has no types
        self.api_version: str = self.api_version or VERSIONS[0].name

    @override
    def _get_paths_and_endpoints(self) -> list[Any]:
        wanted = {None, self.api_version}
        endpoints: list[Any] = super()._get_paths_and_endpoints()  # type: ignore[no-untyped-call]  # as above
        return [endpoint for endpoint in endpoints if version_in(endpoint[0]) in wanted]

    @override
    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Return the document, which leads to those of the other versions."""
        document: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]  # as above
        others = [each.name for each in VERSIONS if each.name != self.api_version]
        links = ", ".join(f"[{name}](/api/{name}/docs/)" for name in others)
        document["info"]["description"] += f"\n\nOther versions: {links}."
        return document


def rendered(version: str) -> str:
    """Return a version's document as YAML, as it is committed in docs/reference/."""
    text: bytes = OpenApiYamlRenderer().render(document(version))
    return text.decode()


def document(version: str = VERSIONS[0].name) -> dict[str, Any]:
    """Return a version's document, made anew from the views."""
    generator = OneVersion(api_version=version)
    generated: dict[str, Any] = generator.get_schema(request=None, public=True)
    return generated


def _problems_of(
    path: str, operation: dict[str, Any], own: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return the problem responses of one operation by their status."""
    security = operation.get("security", [])
    applies = {
        "400": True,
        "401": any(security),
        "403": bool(security) and {} not in security,
        "404": "{" in path,
        "413": "requestBody" in operation,
        "415": "requestBody" in operation,
        "429": True,
        "default": True,
    }
    problems = {
        status: {"$ref": f"#/components/responses/{_component(status)}"}
        for status, is_possible in applies.items()
        if is_possible
    }
    for status in sorted({str(error["status"]) for error in own}):
        problems[status] = _response(_own_errors(status, own))
    return problems


def _own_errors(status: str, own: Sequence[dict[str, Any]]) -> str:
    lines = [f"- `{e['code']}`: {e['title']}." for e in own if str(e["status"]) == status]
    return "\n".join([DESCRIPTIONS.get(status, "Refused."), "", *lines])


def _referred(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _component(status: str) -> str:
    return f"Problem{status.removeprefix('default')}"


def _response(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
