"""The routes of sign-up, sign-in and passwords: allauth's headless app client, guarded.

Mounted at ``/_allauth/``. Each request that may change something runs in one transaction, so
that a row, its event and a consumed code live or die together; bodies are read as strictly as
those of the API, and our errors leave as RFC 9457 problems.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal import ratelimit
from allauth.headless import urls as allauth_urls
from allauth.headless.constants import Client
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from rest_framework.request import Request

from apps.accounts.api import flow_views
from apps.accounts.errors import AddressTaken
from apps.accounts.limits import AttemptCounters, too_many
from apps.api.documents import read_document
from apps.api.parsers import refuse_unreadable
from apps.api.problems import problem_response, response_to

View = Callable[..., HttpResponseBase]

# allauth has no setting for where it counts.
ratelimit.cache = AttemptCounters()

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


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
        except (ImmediateHttpResponse, ReauthenticationRequired):
            # allauth's middleware turns these into answers.
            raise
        except IntegrityError:
            # Addresses are all that is unique in these flows; a query before would not settle it.
            return response_to(AddressTaken(), request)
        except Exception as error:  # noqa: BLE001  like DRF's views: every failure is a problem
            return response_to(error, request)

    return guarded_view


def _or_problem(answer: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    """Return allauth's answer, or our problem where it only says that a limit was reached."""
    return problem_response(too_many(), request) if answer.status_code == 429 else answer


def _guarded(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Return the same route, or tree of routes, with every view guarded."""
    if isinstance(pattern, URLPattern):
        view = guarded(pattern.callback)
        return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)
    below = [_guarded(below) for below in pattern.url_patterns]
    return URLResolver(
        pattern.pattern, below, pattern.default_kwargs, pattern.app_name, pattern.namespace
    )


def _ours(route: str, view: Any) -> URLPattern:
    return path(f"app/v1/{route}", guarded(view.as_api_view(client=Client.APP)))


app_name = "headless"
urlpatterns = [
    # Before allauth's own, which they replace.
    _ours("auth/signup", flow_views.SignUpView),
    _ours("auth/login", flow_views.SignInView),
    _ours("auth/reauthenticate", flow_views.ReauthenticateView),
    _ours("auth/password/request", flow_views.RequestPasswordResetView),
    _ours("auth/password/reset", flow_views.ResetPasswordView),
    _ours("account/password/change", flow_views.ChangePasswordView),
    _ours("account/email", flow_views.ManageEmailView),
    _ours("auth/provider/token", flow_views.ProviderTokenView),
    _ours("auth/provider/signup", flow_views.ProviderSignUpView),
    _ours("account/providers", flow_views.ManageProvidersView),
    _ours("tokens/refresh", flow_views.RefreshView),
    *(_guarded(pattern) for pattern in allauth_urls.urlpatterns),
]
