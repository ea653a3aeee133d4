"""Guests over HTTP: an account without an address, and how it gets one."""

import dataclasses
from uuid import UUID

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import services
from apps.accounts.api import examples
from apps.accounts.api.serializers import GuestIn, TokensOut, UpgradeIn
from apps.accounts.flow_sessions import SESSION_ID, flow_session_of, open_flow_session
from apps.accounts.models import User
from apps.accounts.strategy import client_of
from apps.api.permissions import Anyone, SignedIn
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView


class GuestsView(ApiView):
    """Accounts for those who have told nothing yet."""

    permission_classes = (Anyone,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "guests"

    @extend_schema(
        summary="Start as a guest",
        request=GuestIn,
        responses={201: TokensOut},
        examples=[examples.GUEST, examples.TOKENS],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """Make an account without an address, and sign in to it; only its tokens lead back."""
        serializer = GuestIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        user_id = services.create_guest(**serializer.validated_data)
        flow_session = open_flow_session(User.objects.get(pk=user_id))
        started = services.start_session(
            user_id=user_id,
            client=client_of(request._request),  # noqa: SLF001  DRF's request wraps Django's
            django_session_key=flow_session.session_key or "",
        )
        flow_session[SESSION_ID] = str(started.session_id)
        flow_session.save()
        return Response(TokensOut(dataclasses.asdict(started.tokens)).data, status=201)


class UpgradeView(ApiView):
    """How a guest comes to sign in by an address."""

    permission_classes = (SignedIn,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "auth"

    @extend_schema(
        summary="Give my guest account an address and a password",
        request=UpgradeIn,
        responses={202: None},
        examples=[examples.UPGRADE],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """Mail a code to the address; entered at ``auth/email/verify``, it makes it theirs.

        The answer is the same where somebody else has the address; their mailbox gets the code.
        Everything the guest has stays, under the same id.
        """
        serializer = UpgradeIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        session_id, user, told = request.auth, request.user, serializer.validated_data
        assert isinstance(session_id, UUID)
        assert isinstance(user, User)
        services.upgrade_guest(user_id=user.pk, session_id=session_id, **told)
        # Read anew: authentication may remember half a second ago.
        self._mail_code(request, session_id, User.objects.get(pk=user.pk), told["email"])
        return Response(status=202)

    def _mail_code(self, request: Request, session_id: UUID, user: User, email: str) -> None:
        flow_session = flow_session_of(session_id)
        # Django ends sessions whose password has changed.
        flow_session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        django_request = request._request  # noqa: SLF001  DRF's request wraps Django's
        django_request.session = flow_session
        EmailVerificationProcess.initiate(request=django_request, user=user, email=email)
        flow_session.save()
