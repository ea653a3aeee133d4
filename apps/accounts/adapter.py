"""Where django-allauth's flows meet our services: canonical e-mails, events, ended sessions.

All of it runs in the one transaction that `api.flow_urls` puts around each of allauth's routes.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.headless.adapter import DefaultHeadlessAdapter
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts import services
from apps.accounts.emails import canonical_email
from apps.accounts.errors import SignInBusy
from apps.accounts.known_devices import HEADER, known_device
from apps.accounts.limits import Attempts, too_many
from apps.accounts.models import User
from apps.accounts.password_policy import MaximumLengthValidator
from apps.accounts.strategy import session_id_of
from apps.accounts.types import EndReason
from apps.kernel.addresses import client_address

# What somebody may tell of themselves when they sign up.
_PROFILE = ("name", "locale", "time_zone")
_EMAIL_STAGE = "apps.accounts.stages.EmailVerificationStage"


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to the questions allauth asks."""

    @override
    def clean_email(self, email: str) -> str:
        return canonical_email(email)

    @override
    def clean_password(self, password: str, user: User | None = None) -> str:
        # First: comparing so much with names would take seconds.
        MaximumLengthValidator().validate(password)
        cleaned: str = super().clean_password(password, user)
        return cleaned

    @override
    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        for field in _PROFILE:
            if form.cleaned_data.get(field):
                setattr(user, field, form.cleaned_data[field])
        super().save_user(request, user, form, commit)
        services.record_sign_up(user_id=user.pk)
        return user

    @override
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        had_another = _has_another(email_address)
        # A savepoint: allauth still writes its session after an IntegrityError.
        with transaction.atomic():
            is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            services.record_verified_email(user_id=email_address.user_id)
        if is_confirmed and had_another:
            services.record_changed_email(user_id=email_address.user_id)
        return is_confirmed

    @override
    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.EmailVerificationStage": _EMAIL_STAGE}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    @override
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before its password is looked at; raises TooManyAttempts."""
        self._attempts = attempts_at(request, credentials.get("email", ""))
        self._attempts.take()

    @override
    def _rollback_login_failed_rl_usage(self) -> None:
        self._attempts.give_back()

    @override
    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        attempts_at(request, credentials.get("email", "")).forget()

    @override
    def validation_error(self, code: str, *args: Any) -> Exception:
        # allauth would say these by a 400.
        if code in {"too_many_login_attempts", "rate_limited"}:
            return too_many()
        error: Exception = super().validation_error(code, *args)
        return error

    @override
    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            user: User | None = super().authenticate(request, **credentials)
        except SignInBusy:
            # Not checked, so not counted as a wrong password either.
            self._rollback_login_failed_rl_usage()
            raise
        return user

    @override
    def set_password(self, user: User, password: str) -> None:
        services.change_password(
            user_id=user.pk, password=password, keep_session=session_id_of(self.request)
        )
        # allauth goes on with this instance, to keep the session it is in.
        user.refresh_from_db(fields=["password"])

    @override
    def logout(self, request: HttpRequest) -> None:
        session_id = session_id_of(request)
        if session_id is not None:
            services.end_session(session_id=session_id, reason=EndReason.SIGNED_OUT)
        super().logout(request)

    @override
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # After the commit: a slow mail server must not hold a transaction open, and nobody
        # gets mail of what was rolled back. If sending fails, people ask for another one.
        message = self.render_mail(template_prefix, email, {**self._mail_context(email), **context})
        transaction.on_commit(message.send, robust=True)

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request.META)

    def _mail_context(self, email: str) -> dict[str, Any]:
        # Not the Host header: a mail must not lead to where a stranger's request came by.
        site = {"name": "Mainstay", "domain": urlsplit(settings.BASE_URL).netloc}
        return {"request": self.request, "email": email, "current_site": site}


def _has_another(address: EmailAddress) -> bool:
    verified = EmailAddress.objects.filter(user_id=address.user_id, verified=True)
    return bool(verified.exclude(pk=address.pk).exists())


def attempts_at(request: HttpRequest, address: str) -> Attempts:
    """Return the attempts at an account, or those of a known device at it."""
    email = canonical_email(address)
    device = known_device(request.headers.get(HEADER, ""), email=email)
    if device:
        return Attempts(request, action="login_failed", key=f"device:{device}", is_alone=True)
    return Attempts(request, action="login_failed", key=email)


class HeadlessAdapter(DefaultHeadlessAdapter):
    """How allauth shows a user."""

    @override
    def serialize_user(self, user: User) -> dict[str, Any]:
        """Return what the owner of an account may see of it; the id is the public one."""
        shown: dict[str, Any] = super().serialize_user(user)
        return {**shown, "id": str(user.public_id), "display": user.name or str(user)}
