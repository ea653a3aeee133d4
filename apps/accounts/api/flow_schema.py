"""The OpenAPI document of the flows: allauth's own, cut to what is offered here and how."""

from functools import cache
from typing import Any

from allauth.headless.spec.internal.schema import get_schema
from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from django.urls import Resolver404, resolve
from django.views import View

from apps.accounts.known_devices import HEADER
from apps.api.problems import CONTENT_TYPE, unknown_address

_TEXT = {"type": "string"}
_PROBLEM = {
    "description": "What is no matter of the flow: an unknown field, too many attempts, no place "
    "to hash a password, a provider that is away. An RFC 9457 problem document.",
    "content": {
        CONTENT_TYPE: {
            "schema": {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("type", "title", "detail", "instance", "code"), _TEXT),
                    "status": {"type": "integer"},
                    "request_id": _TEXT,
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
                "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
            }
        }
    },
}
_META = {
    "refresh_token": {**_TEXT, "description": "Renews the access token at `tokens/refresh`."},
    "expires_in": {"type": "integer", "description": "Seconds the access token lives."},
    "device_token": {
        **_TEXT,
        "description": f"Keep it, also after signing out, and send it as `{HEADER}` when you sign "
        "in again: strangers' wrong passwords then lock out only strangers.",
    },
}
_PROVIDER_TOKEN = {
    "client_id": {**_TEXT, "description": "The app's client id at the provider."},
    "id_token": {**_TEXT, "description": "What the provider's SDK gave; or send `code`."},
    "code": {**_TEXT, "description": "An authorization code, in place of `id_token`."},
    "code_verifier": {**_TEXT, "description": "Goes with `code` (RFC 7636)."},
    "redirect_uri": {**_TEXT, "description": "Goes with `code`, as it was asked for."},
    "nonce": {**_TEXT, "description": "What the app gave the provider, before any hashing."},
    "name": {**_TEXT, "description": "What Apple tells of the user, once, to the app only."},
}
_PROFILE = dict.fromkeys(("name", "locale", "time_zone"), _TEXT)
_DEVICE_HEADER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": _TEXT,
    "description": "The `device_token` of an earlier sign-in.",
}


class FlowSchemaView(View):
    """The document, as JSON."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Return the document; it never changes while a process runs."""
        return JsonResponse(flow_document())


@cache
def flow_document() -> dict[str, Any]:
    """Return the OpenAPI document of all routes below /_allauth/."""
    document: dict[str, Any] = get_schema()
    paths = {path: item for path, item in document["paths"].items() if _is_offered(path)}
    for item in paths.values():
        for operation in item.values():
            operation["responses"]["default"] = _PROBLEM
    paths["/_allauth/app/v1/auth/login"]["post"]["parameters"] = [_DEVICE_HEADER]
    schemas = document["components"]["schemas"]
    schemas["User"]["properties"]["id"] = {"type": "string", "format": "uuid"}
    schemas["BaseAuthenticationMeta"]["properties"].update(_META)
    schemas["BaseSignup"]["properties"].update(_PROFILE)
    schemas["ProviderToken"]["properties"]["token"]["properties"] = _PROVIDER_TOKEN
    info = {**document["info"], "title": "Mainstay: signing in"}
    return {**document, "info": info, "paths": paths}


def _is_offered(path: str) -> bool:
    try:
        return resolve(path).func is not unknown_address
    except Resolver404:
        return False
