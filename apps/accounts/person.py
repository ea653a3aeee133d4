"""A person as the operator sees them: what accounts knows of profile, sessions and devices."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts import services
from apps.accounts.models import Device, Session, User
from apps.accounts.types import EndReason
from apps.console.ports import PersonAction, PersonSection
from apps.console.selectors import target_of
from apps.console.types import MOST_ROWS, Entry, Fact, Order, Person, Tone
from apps.kernel.errors import Forbidden


def _profile_facts(person: Person) -> Sequence[Fact]:
    user = User.objects.get(pk=person.id)
    state = ("active", Tone.GOOD) if user.is_active else ("disabled", Tone.BAD)
    return [
        Fact(label="Account", text=state[0], tone=state[1]),
        Fact(label="E-mail", text=user.email or "none: a guest"),
        Fact(label="Name", text=user.name or "not told"),
        Fact(label="Tier", text=user.get_tier_display()),
        Fact(label="Rights", text=_rights(user), tone=Tone.WARN if user.is_staff else Tone.PLAIN),
        Fact(label="Language", text=f"{user.locale}, {user.time_zone}"),
        Fact(label="Since", text=f"{user.created_at:%Y-%m-%d}"),
        Fact(label="Public id", text=str(user.public_id)),
    ]


def _rights(user: User) -> str:
    if user.is_superuser:
        return "operator, everything"
    return "operator" if user.is_staff else "none"


def _profile_offers(person: Person) -> Sequence[str]:
    return ("disable",) if person.is_active else ("enable",)


def _disable(order: Order) -> None:
    if order.by == order.person.id:
        raise Forbidden("You would lock yourself out; ask another operator.")
    operator, user = (User.objects.get(pk=pk) for pk in (order.by, order.person.id))
    if user.is_superuser and not operator.is_superuser:
        raise Forbidden("Only an operator who may do everything may disable one.")
    services.disable_user(user_id=user.pk)


def _enable(order: Order) -> None:
    services.enable_user(user_id=order.person.id)


def _device_rows(person: Person) -> Sequence[Entry]:
    devices = Device.objects.filter(user_id=person.id).order_by("-last_seen_at")[:MOST_ROWS]
    return [_device(device, seen=True) for device in devices]


def _device_entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    devices = Device.objects.filter(user_id=person.id, **_below(before))
    return [_device(device) for device in devices.order_by("-public_id")[:limit]]


def _device(device: Device, *, seen: bool = False) -> Entry:
    version = f"version {device.app_version}" if device.app_version else ""
    parts = (device.get_platform_display(), device.os_version, device.model, version)
    return Entry(
        key=device.public_id,
        at=device.last_seen_at if seen else device.created_at,
        title=str(device) if seen else f"{device} was registered",
        detail=" · ".join(filter(None, parts)),
        icon="smartphone",
        url=reverse("admin:accounts_device_change", args=[device.pk]),
    )


def _session_rows(person: Person) -> Sequence[Entry]:
    live = _sessions(person).filter(ended_at=None)[:MOST_ROWS]
    return [_session(session, title="Live since", tone=Tone.GOOD) for session in live]


def _session_entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    sessions = _sessions(person).filter(**_below(before)).order_by("-public_id")[:limit]
    return [
        _session(session, title="Signed in", tone=Tone.PLAIN if session.ended_at else Tone.GOOD)
        for session in sessions
    ]


def _sessions(person: Person) -> QuerySet[Session]:
    return Session.objects.filter(user_id=person.id).select_related("device")


def _session(session: Session, *, title: str, tone: Tone) -> Entry:
    ended = (
        f"{session.get_end_reason_display()} {session.ended_at:%Y-%m-%d %H:%M}"
        if session.ended_at
        else ""
    )
    parts = (str(session.device or ""), session.ip or "", session.user_agent[:60], ended)
    return Entry(
        key=session.public_id,
        at=session.created_at,
        title=title,
        detail=" · ".join(filter(None, parts)),
        icon="login",
        tone=tone,
        url=reverse("admin:accounts_session_change", args=[session.pk]),
        actions=() if session.ended_at else ("end",),
    )


def _end_session(order: Order) -> None:
    session_id = target_of(order, among=Session.objects.filter(user_id=order.person.id))
    services.end_session(session_id=session_id, reason=EndReason.ENDED_BY_STAFF)


def _below(before: UUID | None) -> dict[str, UUID]:
    return {} if before is None else {"public_id__lt": before}


SECTIONS = (
    PersonSection(
        name="profile",
        title="Profile",
        permission="accounts.view_user",
        place=10,
        facts=_profile_facts,
        offered=_profile_offers,
        actions=(
            PersonAction(
                name="disable",
                label="Disable",
                confirmation="They cannot sign in any more, and all their sessions end within a "
                "second, on every device. Nothing is deleted; you can enable them again.",
                done="Disabled, and signed out everywhere.",
                permission="accounts.change_user",
                run=_disable,
                is_dangerous=True,
            ),
            PersonAction(
                name="enable",
                label="Enable",
                confirmation="They can sign in again, with their password and devices as before.",
                done="Enabled.",
                permission="accounts.change_user",
                run=_enable,
            ),
        ),
    ),
    PersonSection(
        name="sessions",
        title="Sessions",
        permission="accounts.view_session",
        place=20,
        rows=_session_rows,
        entries=_session_entries,
        actions=(
            PersonAction(
                name="end",
                label="End",
                confirmation="The session's tokens stop working within a second; whoever holds "
                "them has to sign in again.",
                done="The session has ended.",
                permission="accounts.change_session",
                run=_end_session,
                is_dangerous=True,
            ),
        ),
        told_topics=("accounts.session.started",),
    ),
    PersonSection(
        name="devices",
        title="Devices",
        permission="accounts.view_device",
        place=30,
        rows=_device_rows,
        entries=_device_entries,
        told_topics=("accounts.device.registered",),
    ),
)
