"""Sign-outs: whose session or device is gone is sent no pushes there any more."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from apps.events.types import LoggedEvent
from apps.notifications.models import Registration
from apps.notifications.services.retiring import retire_after
from apps.notifications.types import RetireReason

SESSION_ENDED = "accounts.session.ended"
DEVICE_REMOVED = "accounts.device.removed"
USER_DISABLED = "accounts.user.disabled"


@transaction.atomic
def retire_signed_out(events: Sequence[LoggedEvent]) -> None:
    """Retire the devices of sessions and devices that these events say are gone.

    A device that has registered anew since stays. Announces DeviceRetired.
    """
    for event in events:
        retire_after(_meant_by(event), moment=event.recorded_at, reason=_REASONS[event.topic])


_REASONS = {
    SESSION_ENDED: RetireReason.SIGNED_OUT,
    DEVICE_REMOVED: RetireReason.REMOVED,
    USER_DISABLED: RetireReason.SIGNED_OUT,
}


def _meant_by(event: LoggedEvent) -> QuerySet[Registration]:
    if event.topic == SESSION_ENDED:
        return Registration.objects.filter(session_id=event.payload["session_id"])
    if event.topic == DEVICE_REMOVED:
        of_device = Registration.objects.filter(device_id=event.payload["device_id"])
        return of_device.filter(user__public_id=event.payload["user_id"])
    return Registration.objects.filter(user__public_id=event.payload["user_id"])
