"""The start page of the admin: what its template needs besides Django's own."""

from typing import Any

from django.http import HttpRequest

from apps.console.people import MAY_SEE_PEOPLE, page_of_people
from apps.console.ports import charts
from apps.console.selectors import RANGES

# A quarter of a minute passes between two samples; what is read from tables moves faster.
REFRESH_SECONDS = 5


def with_charts(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the start page with its charts; unfold calls this."""
    return context | {
        "title": "Home",
        "charts": sorted(charts, key=lambda chart: (chart.place, chart.name)),
        "ranges": RANGES,
        "refresh_seconds": REFRESH_SECONDS,
        "may_see_people": request.user.has_perm(MAY_SEE_PEOPLE),
        "people_url": page_of_people("changelist"),
    }
