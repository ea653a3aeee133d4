"""The routes of sign-up, sign-in and passwords: allauth's headless app client, guarded.

Mounted at ``/_allauth/``. Each request that may change something runs in one transaction, so
that a row, its event and a consumed code live or die together; bodies are read as strictly as
those of the API, and errors that are not of the flows leave as RFC 9457 problems.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal import ratelimit
from allauth.headless import urls as allauth_urls
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.request import Request
from typing_extensions import override

from apps.accounts.api import factor_views, flow_views, provider_views
from apps.accounts.api.flow_schema import FlowSchemaView
from apps.accounts.errors import AddressTaken
from apps.accounts.freshness import require_fresh_sign_in
from apps.accounts.limits import AttemptCounters, too_many
from apps.api.documents import read_document
from apps.api.errors import MalformedBody, MethodNotAllowed, ServerError
from apps.api.parsers import refuse_unreadable
from apps.api.problems import problem_response, response_to, unknown_address
from apps.kernel.errors import AppError, Conflict, Invalid, NotFound

View = Callable[..., HttpResponseBase]

# allauth has no setting for where it counts.
ratelimit.cache = AttemptCounters()

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# For pages of browsers, while apps talk to the provider themselves; and for telephone numbers.
_LEFT_OUT = {
    "redirect_to_provider",
    "manage_phone",
    "verify_phone",
    "resend_phone_verification_code",
}
# What Django and allauth answer without a word.
_BARE: Mapping[int, AppError] = {
    400: MalformedBody("Send a JSON object."),
    404: NotFound(),
    405: MethodNotAllowed(),
}


def guarded(view: View) -> View:
    """Return the view in a transaction of its own, with a strict body, answering our errors."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            refuse_unreadable(Request(request))
            if request.method in _SAFE_METHODS:
                return _or_problem(view(request, *args, **kwargs), request)
            if request.body:
                read_document(request.body)
            with transaction.atomic():
                return _or_problem(view(request, *args, **kwargs), request)
        except ImmediateHttpResponse as answer:
            return _or_problem(answer.response, request)
        except ReauthenticationRequired:
            # allauth's middleware turns it into an answer.
            raise
        except IntegrityError as clash:
            # A query before would not settle it.
            return response_to(_clash(clash), request)
        except Exception as error:  # noqa: BLE001  like DRF's views: every failure is a problem
            return response_to(error, request)

    return guarded_view


class StrictBody(APIView):
    """Refuses fields that the route does not know, before anything looks at the others."""

    # Whether it changes who gets in.
    is_delicate = False

    @override
    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_delicate and request.method not in _SAFE_METHODS:
            require_fresh_sign_in(request)
        answer: HttpResponseBase = super().handle(request, *args, **kwargs)
        return answer

    @override
    def handle_input(self, data: dict[str, Any] | None) -> Any:
        if not hasattr(self, str(self.request.method).lower()):
            # What follows answers 405.
            return None
        input_class = self.get_input_class()
        told = data or {}
        self.input = input_class(data=told, **self.get_input_kwargs()) if input_class else None
        unknown = sorted(set(told) - set(self.input.fields if self.input else ()))
        if unknown:
            raise Invalid(
                "Leave out what the route does not know; see errors.",
                errors=[
                    {"field": name, "detail": "Unknown field.", "code": "unknown"}
                    for name in unknown
                ],
            )
        if self.input is None or self.input.is_valid():
            return None
        return self.handle_invalid_input(self.input)


def _clash(error: IntegrityError) -> AppError:
    """Return what was there already: an address, or what the same person did at the same time."""
    diagnosis = getattr(error.__cause__, "diag", None)
    is_address = "email" in str(getattr(diagnosis, "constraint_name", ""))
    return AddressTaken() if is_address else Conflict("It was done at the same time; look again.")


def _or_problem(answer: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    """Return allauth's answer, or our problem where it is a bare status and not for the flows."""
    if answer.status_code == 429:
        return problem_response(too_many(), request)
    if answer.status_code < 400 or "json" in answer.headers.get("Content-Type", ""):
        return answer
    error = _BARE.get(answer.status_code, ServerError())
    if "Allow" in answer:
        error = type(error)(headers={"Allow": answer["Allow"]})
    return problem_response(error, request)


def _guarded(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Return the same route, or tree of routes, with every view guarded."""
    if isinstance(pattern, URLPattern):
        view = _strictly(pattern.callback)
        return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)
    below = [_guarded(below) for below in pattern.url_patterns if not _is_left_out(below)]
    return URLResolver(
        pattern.pattern, below, pattern.default_kwargs, pattern.app_name, pattern.namespace
    )


def _strictly(callback: Any, *, is_delicate: bool = False) -> View:
    view_class = callback.view_class
    if not issubclass(view_class, APIView):
        return guarded(callback)
    about = {"is_delicate": is_delicate}
    strict: Any = type(view_class.__name__, (StrictBody, view_class), about)
    return guarded(strict.as_api_view(client=Client.APP))


def _is_left_out(pattern: URLPattern | URLResolver) -> bool:
    return isinstance(pattern, URLPattern) and pattern.name in _LEFT_OUT


def _ours(route: str, view: Any) -> URLPattern:
    callback = view.as_api_view(client=Client.APP)
    is_delicate = route.startswith("account/")
    return path(f"app/v1/{route}", _strictly(callback, is_delicate=is_delicate))


app_name = "headless"
urlpatterns = [
    # allauth finds out by this name where all of it is mounted.
    path("openapi.json", FlowSchemaView.as_view(), name="openapi_yaml"),
    # Before allauth's own, which they replace.
    _ours("auth/signup", flow_views.SignUpView),
    _ours("auth/login", flow_views.SignInView),
    _ours("auth/reauthenticate", flow_views.ReauthenticateView),
    _ours("auth/password/request", flow_views.RequestPasswordResetView),
    _ours("auth/password/reset", flow_views.ResetPasswordView),
    _ours("account/password/change", flow_views.ChangePasswordView),
    _ours("account/email", flow_views.ManageEmailView),
    _ours("auth/2fa/authenticate", factor_views.AuthenticateView),
    _ours("auth/2fa/reauthenticate", factor_views.ReauthenticateView),
    _ours("auth/webauthn/login", factor_views.LoginWebAuthnView),
    _ours("auth/webauthn/authenticate", factor_views.AuthenticateWebAuthnView),
    _ours("auth/webauthn/reauthenticate", factor_views.ReauthenticateWebAuthnView),
    _ours("auth/provider/token", provider_views.ProviderTokenView),
    _ours("auth/provider/signup", provider_views.ProviderSignUpView),
    _ours("account/authenticators/totp", factor_views.ManageTOTPView),
    _ours("account/authenticators/recovery-codes", factor_views.ManageRecoveryCodesView),
    _ours("account/authenticators/webauthn", factor_views.ManageWebAuthnView),
    _ours("account/providers", provider_views.ManageProvidersView),
    _ours("tokens/refresh", flow_views.RefreshView),
    *(_guarded(pattern) for pattern in allauth_urls.urlpatterns),
    # Stands last, so that even with DEBUG no HTML page answers here.
    re_path("", unknown_address),
]
