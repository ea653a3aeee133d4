"""A person as the operator's page about them shows notifications: devices, and what was sent."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from apps.console.ports import PersonAction, PersonSection
from apps.console.selectors import target_of
from apps.console.types import MOST_ROWS, Entry, Fact, Order, Person, Tone
from apps.notifications import services
from apps.notifications.explaining import decision_in
from apps.notifications.models import Recipient, Registration
from apps.notifications.selectors import devices_of, inbox_counts, quiet_hours_of
from apps.notifications.types import (
    Decision,
    PushService,
    RecipientState,
    RetireReason,
    Ruling,
)

_TONES = {
    RecipientState.WAITING: Tone.WARN,
    RecipientState.SENT: Tone.GOOD,
    RecipientState.SUPPRESSED: Tone.CALM,
}


def _facts(person: Person) -> Sequence[Fact]:
    counts = inbox_counts(user_id=person.id)
    quiet = quiet_hours_of(user_id=person.id)
    facts = [Fact(label="Unread in the inbox", text=f"{counts.unread:,}")]
    if quiet.is_enabled:
        hours = f"{quiet.starts_at:%H:%M} to {quiet.ends_at:%H:%M}"
        facts.append(Fact(label="Quiet hours", text=hours))
    return facts


def _device_rows(person: Person) -> Sequence[Entry]:
    return [_device(device) for device in devices_of(user_id=person.id)[:MOST_ROWS]]


def _device(device: Registration) -> Entry:
    taken = device.last_accepted_at
    last = f"last push taken {taken:%Y-%m-%d}" if taken else "no push taken yet"
    return Entry(
        key=device.public_id,
        at=device.registered_at,
        title=f"Reached by {PushService(device.service).label}",
        detail=" · ".join(filter(None, (device.account.name, device.app_id, device.locale, last))),
        icon="smartphone",
        tone=Tone.GOOD if taken else Tone.PLAIN,
        url=reverse("admin:notifications_registration_change", args=[device.pk]),
        actions=("retire",),
    )


def _recipient_entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    newest = Recipient.objects.filter(user_id=person.id)
    if before is not None:
        newest = newest.filter(public_id__lt=before)
    # By the index of (user, id); both ids ascend together.
    chosen = newest.order_by("-id").select_related("notification")[:limit]
    return sorted(map(_recipient, chosen), key=lambda entry: entry.key, reverse=True)


def _recipient(recipient: Recipient) -> Entry:
    state = RecipientState(recipient.state)
    notification = recipient.notification
    what = notification.template or f"notification of {notification.category}"
    return Entry(
        key=recipient.public_id,
        at=recipient.created_at,
        title=f"{what}: {state.label.lower()}",
        detail=_becomings(recipient),
        icon="notifications",
        tone=_TONES[state],
        url=reverse("admin:notifications_recipient_change", args=[recipient.pk]),
    )


def _becomings(recipient: Recipient) -> str:
    """Say what became of each channel, and why where it was held back."""
    last: dict[str, Decision] = {
        decision.channel.label: decision for decision in map(decision_in, recipient.decisions)
    }
    return " · ".join(
        channel if decision.ruling is Ruling.PASSED else f"{channel}: {decision.reason}"
        for channel, decision in last.items()
    )


def _retire(order: Order) -> None:
    device_id = target_of(order, among=devices_of(user_id=order.person.id))
    services.retire_registration(registration_id=device_id, reason=RetireReason.OPERATOR)


SECTION = PersonSection(
    name="notifications",
    title="Notifications",
    permission="notifications.view_recipient",
    place=45,
    facts=_facts,
    rows=_device_rows,
    entries=_recipient_entries,
    told_topics=("notifications.inbox_item.added",),
    actions=(
        PersonAction(
            name="retire",
            label="Retire",
            confirmation="The device is sent no pushes until its app registers it again.",
            done="The device is retired.",
            permission="notifications.change_registration",
            run=_retire,
        ),
    ),
)
