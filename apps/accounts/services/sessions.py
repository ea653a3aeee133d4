"""Starting sessions, extending them by refresh tokens, and ending them."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session as DjangoSession
from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.events import SessionEnded, SessionStarted
from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import Device, RefreshToken, Session
from apps.accounts.refresh_tokens import hash_of, new_token
from apps.accounts.types import Client, EndReason, StartedSession, Tokens
from apps.events.services import announce
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.keyring import services as keyring
from apps.keyring.types import Purpose

# How exactly "last used" and "last seen" are kept: more often is not worth a write.
USE_IS_RECORDED_EVERY = timedelta(minutes=1)


@transaction.atomic
def start_session(
    *,
    user_id: int,
    client: Client,
    django_session_key: str = "",
    lifetime: timedelta | None = None,
) -> StartedSession:
    """Sign a user in: a session with its first tokens. Announces SessionStarted.

    The first access token lives as long as all others unless a ``lifetime`` is given.
    """
    session = Session.objects.create(
        user_id=user_id,
        django_session_key=django_session_key,
        ip=client.ip,
        user_agent=client.user_agent[: Session.USER_AGENT_MAX_LENGTH],
        last_used_at=clock.now(),
    )
    user_public_id = session.user.public_id
    announce(
        SessionStarted(
            audience=(f"user:{user_public_id}",),
            user_id=user_public_id,
            session_id=session.public_id,
        )
    )
    token, _ = _new_refresh_token(session)
    tokens = _tokens(session, token, lifetime or settings.ACCOUNTS_ACCESS_TOKEN_LIFETIME)
    return StartedSession(session_id=session.public_id, tokens=tokens)


def sign_in_as(user_id: int, *, lifetime: timedelta | None = None) -> Tokens:
    """Sign a user in without a password: for demo data, operators' scripts and tests."""
    client = Client(user_agent="Mainstay")
    return start_session(user_id=user_id, client=client, lifetime=lifetime).tokens


@transaction.atomic
def refresh_session(*, refresh_token: str) -> Tokens | None:
    """Spend a refresh token for its successor and a new access token; None if it is refused.

    A token that comes back within the grace gets the same successor again, so that a lost
    answer, or two refreshes at once, log nobody out. Coming back later it was stolen, or its
    thief has used it before: the session ends (RFC 9700 section 4.14.2), announcing
    SessionEnded. Nothing is raised, because that must be committed.
    """
    token = _held_token(refresh_token)
    if token is None or not token.session.is_live or token.expires_at <= clock.now():
        return None
    if token.used_at is None:
        successor = _rotate(token)
    elif clock.now() - token.used_at <= settings.ACCOUNTS_REFRESH_GRACE:
        successor = _successor_of(token)
    else:
        end_session(session_id=token.session.public_id, reason=EndReason.TOKEN_REUSED)
        return None
    return _tokens(token.session, successor, settings.ACCOUNTS_ACCESS_TOKEN_LIFETIME)


@transaction.atomic
def end_session(*, session_id: UUID, reason: EndReason) -> None:
    """End a session, everywhere in less than a second; one that has ended stays as it is.

    Raises NotFound. Announces SessionEnded.
    """
    sessions = Session.objects.filter(public_id=session_id)
    if not sessions.exists():
        raise NotFound
    _end(sessions, reason)


@transaction.atomic
def end_sessions(
    *,
    user_id: int,
    reason: EndReason,
    device_id: UUID | None = None,
    keep: UUID | None = None,
) -> None:
    """End the sessions of a user, or of one of their devices, all but the one to keep.

    Announces SessionEnded for each.
    """
    sessions = Session.objects.filter(user_id=user_id)
    if device_id is not None:
        sessions = sessions.filter(device__public_id=device_id)
    if keep is not None:
        sessions = sessions.exclude(public_id=keep)
    _end(sessions, reason)


@transaction.atomic
def record_use(*, session_id: UUID) -> None:
    """Note that a session, and its device, are in use now; at most once a minute."""
    now = clock.now()
    long_ago = now - USE_IS_RECORDED_EVERY
    sessions = Session.objects.filter(public_id=session_id, last_used_at__lte=long_ago)
    if sessions.update(last_used_at=now):
        Device.objects.filter(sessions__public_id=session_id).update(last_seen_at=now)
        transaction.on_commit(lambda: live_sessions.forget(session_id))


def _end(sessions: QuerySet[Session], reason: EndReason) -> None:
    # django-allauth's requests hold their Django session first, so that is the order here too.
    keys = sessions.filter(ended_at=None).values_list("django_session_key", flat=True)
    DjangoSession.objects.filter(session_key__in=[key for key in keys if key]).delete()
    live = sessions.filter(ended_at=None).order_by("id").select_for_update(of=("self",))
    for session in live.select_related("user"):
        _end_one(session, reason)


def _end_one(session: Session, reason: EndReason) -> None:
    session.ended_at = clock.now()
    session.end_reason = reason
    session.save(update_fields=["ended_at", "end_reason", "updated_at"])
    session.refresh_tokens.all().delete()
    session_id = session.public_id
    transaction.on_commit(lambda: live_sessions.forget(session_id))
    announce(
        SessionEnded(
            audience=(f"user:{session.user.public_id}",),
            user_id=session.user.public_id,
            session_id=session_id,
            reason=reason,
        )
    )


def _held_token(token: str) -> RefreshToken | None:
    tokens = RefreshToken.objects.select_for_update(of=("self",))
    return tokens.select_related("session__user").filter(token_hash=hash_of(token)).first()


def _new_refresh_token(session: Session) -> tuple[str, RefreshToken]:
    token = new_token()
    row = session.refresh_tokens.create(
        token_hash=hash_of(token),
        expires_at=clock.now() + settings.ACCOUNTS_REFRESH_TOKEN_LIFETIME,
    )
    return token, row


def _rotate(spent: RefreshToken) -> str:
    session = spent.session
    token, successor = _new_refresh_token(session)
    spent.used_at = clock.now()
    spent.successor = successor
    spent.sealed_successor = keyring.encrypt(
        purpose=Purpose.FIELD_ENCRYPTION,
        plaintext=token.encode(),
        context=place_of_successor(spent),
    )
    spent.save(update_fields=["used_at", "successor", "sealed_successor", "updated_at"])
    session.refresh_tokens.filter(expires_at__lte=clock.now()).delete()
    _prolong(session)
    return token


def _prolong(session: Session) -> None:
    now = clock.now()
    Session.objects.filter(pk=session.pk).update(last_used_at=now)
    Device.objects.filter(sessions=session).update(last_seen_at=now)
    DjangoSession.objects.filter(session_key=session.django_session_key).update(
        expire_date=now + settings.ACCOUNTS_REFRESH_TOKEN_LIFETIME
    )


def _successor_of(spent: RefreshToken) -> str:
    sealed = bytes(spent.sealed_successor)
    purpose = Purpose.FIELD_ENCRYPTION
    return keyring.decrypt(
        purpose=purpose, token=sealed, context=place_of_successor(spent)
    ).decode()


def place_of_successor(token: RefreshToken) -> bytes:
    """Return what the sealed successor of a token is bound to."""
    return f"accounts.refreshtoken.sealed_successor:{token.public_id}".encode()


def _tokens(session: Session, refresh_token: str, lifetime: timedelta) -> Tokens:
    access_token = keyring.sign_token(
        claims={
            "sub": str(session.user.public_id),
            "sid": str(session.public_id),
            "client_id": settings.ACCOUNTS_CLIENT_ID,
        },
        audience=settings.ACCOUNTS_TOKEN_AUDIENCE,
        lifetime=lifetime,
    )
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=int(lifetime.total_seconds()),
    )
