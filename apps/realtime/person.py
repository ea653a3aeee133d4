"""A person as the operator's page about them shows their connections."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from apps.console.ports import PersonAction, PersonSection
from apps.console.types import MOST_ROWS, Entry, Order, Person, Tone
from apps.realtime import services
from apps.realtime.models import Connection


def _open_rows(person: Person) -> Sequence[Entry]:
    is_open = Connection.objects.filter(user_id=person.id, closed_at=None)
    return [_entry(each) for each in is_open.order_by("-opened_at")[:MOST_ROWS]]


def _ended_entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    ended = Connection.objects.filter(user_id=person.id, closed_at__isnull=False)
    if before is not None:
        ended = ended.filter(public_id__lt=before)
    return [_entry(each) for each in ended.order_by("-public_id")[:limit]]


def _entry(connection: Connection) -> Entry:
    client = " ".join(filter(None, (connection.client_name, connection.client_version)))
    return Entry(
        key=connection.public_id,
        at=connection.opened_at,
        title=f"{connection.get_transport_display()}: {_state_of(connection)}",
        detail=" · ".join(filter(None, (client, connection.node, connection.close_reason))),
        icon="cable",
        tone=Tone.GOOD if connection.closed_at is None else Tone.CALM,
        url=reverse("admin:realtime_connection_change", args=[connection.pk]),
    )


def _state_of(connection: Connection) -> str:
    if connection.closed_at is None:
        return "open"
    seconds = (connection.closed_at - connection.opened_at).total_seconds()
    code = f" with {connection.close_code}" if connection.close_code else ""
    return f"closed after {seconds:,.0f} s{code}"


def _offered(_: Person) -> Sequence[str]:
    # Without asking who is connected: that is known to nodes alone, and may change meanwhile.
    return ("disconnect",)


def _disconnect(order: Order) -> None:
    services.disconnect_user(user_id=order.person.public_id)


SECTION = PersonSection(
    name="realtime",
    title="Connections",
    permission="realtime.view_connection",
    place=60,
    rows=_open_rows,
    entries=_ended_entries,
    offered=_offered,
    actions=(
        PersonAction(
            name="disconnect",
            label="Disconnect",
            confirmation="Everything this person has open is closed, on every node. Their sessions "
            "go on, so the app may connect anew when it is opened again.",
            done="Their connections are closed.",
            permission="realtime.disconnect_user",
            run=_disconnect,
        ),
    ),
)
