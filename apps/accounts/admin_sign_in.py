"""How operators sign in to the admin; apart from `admin`, which needs the site."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override
from unfold.forms import AuthenticationForm

from apps.accounts.adapter import attempts_at
from apps.accounts.errors import PasswordTooLong, SignInBusy, TooManyAttempts
from apps.kernel.errors import AppError


class SignInForm(AuthenticationForm):
    """Counts attempts as the flows do, and says on the page why a password was not checked."""

    @override
    def clean(self) -> dict[str, Any]:
        attempts = attempts_at(self.request, str(self.cleaned_data.get("username", "")))
        try:
            attempts.take()
            cleaned: dict[str, Any] = super().clean()
        except (SignInBusy, PasswordTooLong) as refusal:
            # Not checked, so not counted as a wrong password either.
            attempts.give_back()
            raise self._refused(refusal) from None
        except TooManyAttempts as refusal:
            raise self._refused(refusal) from None
        attempts.forget()
        return cleaned

    def _refused(self, refusal: AppError) -> ValidationError:
        self.request.sign_in_refusal = refusal
        return ValidationError(f"{refusal.title}. {refusal.detail}", code="refused")


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show the admin's sign-in page, or let in; with status and headers of what was refused."""
    response: HttpResponseBase = admin.site.login(request)
    refusal = getattr(request, "sign_in_refusal", None)
    if isinstance(refusal, AppError):
        response.status_code = refusal.status
        for name, value in refusal.headers.items():
            response[name] = value
    return response
