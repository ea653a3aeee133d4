"""Sign-ins and sign-ups as the operator's start page shows them."""

from collections.abc import Iterator
from datetime import datetime

from apps.accounts.models import Session, User
from apps.console.selectors import known, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Tone, Window
from apps.kernel.ids import first_id_at

_SIGN_INS = "accounts.sign_ins"
_SIGN_UPS = "accounts.sign_ups"


def measured_sign_ins(since: datetime, until: datetime) -> Iterator[Sampled]:
    """Count the sessions and users made in this time, by the index of their ids."""
    for series, model in ((_SIGN_INS, Session), (_SIGN_UPS, User)):
        made = model.objects.filter(
            public_id__gte=first_id_at(since), public_id__lt=first_id_at(until)
        )
        yield Sampled(series, made.count(), Measure.AMOUNT)


def sign_ins_reading(window: Window) -> Reading:
    """Read sign-ins and sign-ups per step."""
    points = sampled([_SIGN_INS, _SIGN_UPS], window)
    if not any(True for _ in known(points[_SIGN_INS])):
        return Reading(missing="Nothing was counted in this time: do worker and beat run?")
    return Reading(
        figures=[
            Figure(label="Sign-ins", text=f"{sum(known(points[_SIGN_INS])):,.0f}"),
            Figure(label="New accounts", text=f"{sum(known(points[_SIGN_UPS])):,.0f}"),
        ],
        series=[
            Series(label="Sign-ins", points=points[_SIGN_INS]),
            Series(label="New accounts", points=points[_SIGN_UPS], tone=Tone.GOOD),
        ],
    )
