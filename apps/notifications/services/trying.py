"""Trying a device out: one push past the ledger, and what its service said to it."""

from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.errors import AppError, NotFound
from apps.notifications.events import DeviceTried
from apps.notifications.models import Registration
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.services import tokens
from apps.notifications.services.unrecorded import check_of, check_of_failure, send_unrecorded
from apps.notifications.types import AccountCheck, Address, Content, Outcome, PushService


def try_device(*, registration_id: UUID, title: str, body: str) -> AccountCheck:
    """Send these words to one device now, and return what its push service said.

    Nothing is decided, repeated or kept, and nothing follows from the answer. Takes up to 35 s;
    not inside a transaction. Raises NotFound. Announces DeviceTried.
    """
    known = Registration.objects.select_related("account", "user")
    registration = known.filter(public_id=registration_id).first()
    if registration is None:
        raise NotFound
    with transaction.atomic():
        user_id = registration.user.public_id
        announce(DeviceTried(user_id=user_id, registration_id=registration_id))
    try:
        settings = tokens.ready(registration.account)
    except (MintingFailed, AppError) as failure:
        return check_of_failure(failure)
    content = Content(title=title, body=body)
    reply = send_unrecorded(settings, address=_address_of(registration), content=content)
    return check_of(reply, is_good=reply.outcome is Outcome.ACCEPTED)


def _address_of(registration: Registration) -> Address:
    return Address(
        service=PushService(registration.service),
        token=registration.token,
        fid=registration.fid,
        p256dh=registration.p256dh,
        auth=registration.auth,
        app_id=registration.app_id,
        registered_at=registration.registered_at,
    )
