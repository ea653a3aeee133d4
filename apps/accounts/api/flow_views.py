"""allauth's routes where they differ from its own: stricter input, `expires_in`, one grace."""

from typing import Any

from allauth.headless.account import views
from allauth.headless.internal.restkit.response import APIResponse
from allauth.headless.tokens.views import RefreshTokenView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.accounts import services
from apps.accounts.api import flow_inputs
from apps.accounts.errors import RefreshTokenRefused
from apps.api.problems import problem_response


class SignUpView(views.SignupView):  # type: ignore[misc]  # allauth is untyped
    """Makes an account, and mails the code that verifies its address."""

    input_class: Any = {"POST": flow_inputs.SignUpInput}


class SignInView(views.LoginView):  # type: ignore[misc]  # allauth is untyped
    """Signs in by e-mail and password."""

    input_class = flow_inputs.SignInInput


class RequestPasswordResetView(views.RequestPasswordResetView):  # type: ignore[misc]  # allauth is untyped
    """Mails a code to somebody who forgot their password."""

    input_class = flow_inputs.RequestPasswordResetInput


class ResetPasswordView(views.ResetPasswordView):  # type: ignore[misc]  # allauth is untyped
    """Sets a new password for the code that came by mail."""

    input_class = flow_inputs.ResetPasswordInput


class ChangePasswordView(views.ChangePasswordView):  # type: ignore[misc]  # allauth is untyped
    """Sets a new password for the present one."""

    input_class = flow_inputs.ChangePasswordInput


class ReauthenticateView(views.ReauthenticateView):  # type: ignore[misc]  # allauth is untyped
    """Asks for the password once more."""

    input_class = flow_inputs.ReauthenticateInput


class RefreshView(RefreshTokenView):  # type: ignore[misc]  # allauth is untyped
    """Spends a refresh token for new tokens."""

    input_class = flow_inputs.RefreshInput

    @override
    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with both tokens and the lifetime of the first, or 401."""
        token = self.input.cleaned_data["refresh_token"]
        tokens = services.refresh_session(refresh_token=token)
        if tokens is None:
            # Not raised: that a session ends for a stolen token must be committed.
            return problem_response(RefreshTokenRefused("Sign in again."), request)
        return APIResponse(
            request,
            data={
                "access_token": tokens.access_token,
                "refresh_token": tokens.refresh_token,
                "expires_in": tokens.expires_in,
            },
        )
