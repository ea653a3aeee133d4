"""Registrations: an app tells where its device can be reached by push, and takes it back."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import MD5

from apps.accounts.selectors import devices_of, live_sessions_of, users_by_ids
from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.addresses import checked_address
from apps.notifications.errors import RegistrationRefused
from apps.notifications.events import DeviceRegistered, DeviceRetired
from apps.notifications.models import ProviderAccount, Registration
from apps.notifications.services.account_choice import account_for
from apps.notifications.services.retiring import retire
from apps.notifications.types import DeviceAddress, RetireReason

# Nobody carries more devices; whoever registers without end is sent a push so often at most.
MAX_LIVE_DEVICES = 30
# Two apps that tell the same token at the same moment: one of them comes second.
_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What became of a registration, and whether the device was unknown before."""

    registration_id: UUID
    is_new: bool


def register_device(
    *,
    user_id: int,
    address: DeviceAddress,
    device_id: UUID | None = None,
    session_id: UUID | None = None,
    locale: str = "",
) -> Registered:
    """Reach a device by push from now on, as its app says at every start.

    A token, installation id or endpoint that is known keeps its registration, and moves to this
    user if it was another's; an installation id comes beside the token of before. Without a
    device, that of the session. What the same device was reached by before is retired, and so is
    what a user has beyond 30 devices, longest silent first.

    Raises RegistrationRefused, or resilience's UnusableUrl or ForbiddenAddress. Announces
    DeviceRegistered for a device that was not this user's, and DeviceRetired. Resolves the host
    of a Web Push endpoint, so it may take 3 s; not inside a transaction.
    """
    address = checked_address(address)
    for _ in range(_TRIES - 1):
        try:
            return _register(user_id, address, device_id, session_id, locale)
        except IntegrityError:
            continue
    return _register(user_id, address, device_id, session_id, locale)


@transaction.atomic
def retire_registration(
    *, registration_id: UUID, reason: RetireReason = RetireReason.REMOVED
) -> None:
    """Send a device no pushes any more, because its app or an operator says so.

    A retired one stays so. Raises NotFound. Announces DeviceRetired on a change.
    """
    registration = Registration.objects.filter(public_id=registration_id).first()
    if registration is None:
        raise NotFound
    retire([registration.pk], reason=reason)


@transaction.atomic
def _register(
    user_id: int,
    address: DeviceAddress,
    device_id: UUID | None,
    session_id: UUID | None,
    locale: str,
) -> Registered:
    account = account_for(address)
    device_id = _device_of(user_id, device_id, session_id)
    mine, known = _held(user_id, address)
    registration = known.pop(0) if known else Registration(service=address.service)
    _retire_merged(known)
    former_user_id = registration.user_id if registration.pk and registration.is_live else None
    registration.user_id = user_id
    registration.device_id, registration.session_id = device_id, session_id
    registration.locale = locale
    _set_address(registration, address, account)
    registration.save()
    _retire_others(registration, [each for each in mine if each not in (registration, *known)])
    if former_user_id != user_id:
        _announce(registration, former_user_id)
    return Registered(registration_id=registration.public_id, is_new=former_user_id != user_id)


def _device_of(user_id: int, device_id: UUID | None, session_id: UUID | None) -> UUID | None:
    """Return the user's device that is named, or that the session runs on."""
    if device_id is not None:
        if not devices_of(user_id=user_id).filter(public_id=device_id).exists():
            raise RegistrationRefused(
                "You have no such device; register it at accounts first, or name none.",
                errors=[{"field": "device", "code": "unknown", "detail": "Not one of yours."}],
            )
        return device_id
    if session_id is None:
        return None
    sessions = live_sessions_of(user_id=user_id).filter(public_id=session_id)
    return sessions.values_list("device__public_id", flat=True).first()


def _held(user_id: int, address: DeviceAddress) -> tuple[list[Registration], list[Registration]]:
    """Lock, in one order, the user's live registrations, and those that the address names.

    Of the latter, what has the installation id comes first: tokens change, it does not.
    """
    of_service = Registration.objects.filter(service=address.service)
    named: set[int] = set()
    if address.token:
        digest = hashlib.md5(address.token.encode(), usedforsecurity=False).hexdigest()
        same = of_service.alias(digest=MD5("token")).filter(digest=digest, token=address.token)
        named |= set(same.values_list("pk", flat=True))
    if address.fid:
        named |= set(of_service.filter(fid=address.fid).values_list("pk", flat=True))
    own = Registration.objects.filter(user_id=user_id, retired_at=None)
    wanted = named | set(own.values_list("pk", flat=True))
    held = list(
        Registration.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    )
    known = [each for each in held if each.pk in named]
    known.sort(key=lambda each: bool(address.fid) and each.fid != address.fid)
    mine = [each for each in held if each.user_id == user_id and each.is_live]
    return mine, known


def _retire_merged(others: Collection[Registration]) -> None:
    """Retire what turned out to be the same device, and give up its names."""
    retire([each.pk for each in others], reason=RetireReason.REMOVED)
    Registration.objects.filter(pk__in=[each.pk for each in others]).update(token="", fid="")


def _set_address(
    registration: Registration, address: DeviceAddress, account: ProviderAccount
) -> None:
    registration.account = account
    # What an app does not tell is kept: on its way from tokens to ids it may tell either.
    registration.token = address.token or registration.token
    registration.fid = address.fid or registration.fid
    registration.p256dh, registration.auth = address.p256dh, address.auth
    registration.app_id = address.app_id or account.config.get("topic", "")
    registration.registered_at = now()
    registration.retired_at, registration.retire_reason = None, ""


def _retire_others(registration: Registration, others: Collection[Registration]) -> None:
    """Retire what this device was reached by before, and what is one too many."""
    former = [
        each.pk
        for each in others
        if registration.device_id is not None
        and each.device_id == registration.device_id
        and (each.service, each.app_id) == (registration.service, registration.app_id)
    ]
    retire(former, reason=RetireReason.REMOVED)
    left = sorted(
        (each for each in others if each.pk not in former),
        key=lambda each: each.last_accepted_at or each.registered_at,
    )
    too_many = left[: max(0, len(left) + 1 - MAX_LIVE_DEVICES)]
    retire([each.pk for each in too_many], reason=RetireReason.STALE)


def _announce(registration: Registration, former_user_id: int | None) -> None:
    people = users_by_ids([registration.user_id, former_user_id or registration.user_id])
    if former_user_id is not None:
        former = people[former_user_id]
        announce(
            DeviceRetired(
                audience=(f"user:{former.public_id}",),
                user_id=former.public_id,
                registration_id=registration.public_id,
                reason=RetireReason.MOVED.value,
            )
        )
    user_id = people[registration.user_id].public_id
    announce(
        DeviceRegistered(
            audience=(f"user:{user_id}",),
            user_id=user_id,
            registration_id=registration.public_id,
            service=registration.service,
        )
    )
