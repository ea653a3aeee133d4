"""allauth's routes where they differ from its own: stricter input, one grace."""

import dataclasses
from typing import Any

from allauth.headless.account import views
from allauth.headless.internal.restkit.response import APIResponse
from allauth.headless.tokens.views import RefreshTokenView
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.accounts import services
from apps.accounts.api import flow_inputs
from apps.accounts.errors import RefreshTokenRefused
from apps.api.problems import problem_response


class SignUpView(views.SignupView):
    """Makes an account, and mails the code that verifies its address."""

    input_class: Any = {"POST": flow_inputs.SignUpInput}


class SignInView(views.LoginView):
    """Signs in by e-mail and password."""

    input_class = flow_inputs.SignInInput


class RequestPasswordResetView(views.RequestPasswordResetView):
    """Mails a code to somebody who forgot their password."""

    input_class = flow_inputs.RequestPasswordResetInput


class ResetPasswordView(views.ResetPasswordView):
    """Sets a new password for the code that came by mail."""

    input_class = flow_inputs.ResetPasswordInput


class ChangePasswordView(views.ChangePasswordView):
    """Sets a new password for the present one."""

    input_class = flow_inputs.ChangePasswordInput


class ManageEmailView(views.ManageEmailView):
    """Replaces the e-mail address, verified by a code."""

    input_class: Any = {**views.ManageEmailView.input_class, "POST": flow_inputs.AddEmailInput}

    @override
    def get_input_class(self) -> Any:
        if self.verification_stage_process:
            return flow_inputs.ChangeEmailInput
        return super().get_input_class()

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Mail a code to the new address."""
        # A savepoint: allauth still writes its session after an IntegrityError.
        with transaction.atomic():
            response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


class ReauthenticateView(views.ReauthenticateView):
    """Asks for the password once more."""

    input_class = flow_inputs.ReauthenticateInput


class RefreshView(RefreshTokenView):
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
        response: HttpResponseBase = APIResponse(request, data=dataclasses.asdict(tokens))
        return response
