"""Tracking: what the app tells of a delivery, only forward, and as often as it likes."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.models import Delivery
from apps.notifications.states import before
from apps.notifications.types import DeliveryState


def report_delivered(*, user_id: int, delivery_id: UUID) -> None:
    """Note that a delivery has come to its device; nothing, if that is known.

    Raises NotFound where the person was sent no such delivery.
    """
    _report(user_id, delivery_id, DeliveryState.DELIVERED)


def report_opened(*, user_id: int, delivery_id: UUID) -> None:
    """Note that a person has opened a delivery, which therefore was delivered.

    Nothing, if that is known. Raises NotFound where the person was sent no such delivery.
    """
    _report(user_id, delivery_id, DeliveryState.OPENED)


@transaction.atomic
def _report(user_id: int, delivery_id: UUID, state: DeliveryState) -> None:
    moment = now()
    own = Delivery.objects.filter(user_id=user_id, public_id=delivery_id)
    told = {"delivered_at": Coalesce("delivered_at", moment)}
    if state is DeliveryState.OPENED:
        told["opened_at"] = Coalesce("opened_at", moment)
    moved = own.filter(state__in=before(state)).update(
        state=state,
        # Whoever carries it still may record the attempt, but not the state.
        due_at=None,
        lease_token=None,
        finished_at=Coalesce(F("finished_at"), moment),
        updated_at=moment,
        **told,
    )
    if not moved and not own.exists():
        raise NotFound
