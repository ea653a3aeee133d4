"""System checks: a view that is open to the short lane must be one it can answer for."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django's name
from django.db import DatabaseError

from apps.api.lane.errors import NotForTheLane
from apps.api.lane.plans import planned
from apps.api.lane.rehearsal import Question, unknown_middleware
from apps.api.lane.routes import Route, open_routes
from apps.api.lane.writing import planned_write
from apps.kernel.prepared import NotRepeatable


@register("mainstay")
def lane_can_answer(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Refuse to start while a view says ``short_lane = True`` without being fit for it."""
    routes = (*open_routes().values(), *open_routes("POST").values())
    # Of a view that several versions have, one is asked: it would say the same of each.
    unlike = {(each.method, each.view_class, *each.actions.values()): each for each in routes}
    found = [complaint_about(route) for route in unlike.values()]
    return [*(each for each in found if each), *_closed()]


def complaint_about(route: Route) -> CheckMessage | None:
    """Return why the lane cannot answer for a route, or None."""
    host = urlsplit(settings.BASE_URL).netloc
    question = Question(route, "", "https", host)
    try:
        if route.method == "POST":
            planned_write(question)
        else:
            planned(question, has_cursor=False)
    except (NotForTheLane, NotRepeatable, DatabaseError) as reason:
        # Of the database, where there is none yet: nothing should be asked of it here.
        return Error(
            f"{route.view_class.__name__} is open to the short lane, but {reason}",
            hint=f"Take `short_lane = True` off it, or mend that ({route.template}).",
            id="api.E001",
        )
    return None


def _closed() -> list[CheckMessage]:
    names = ", ".join(unknown_middleware())
    if not names:
        return []
    return [
        Warning(
            f"The short lane is closed, for it does not know {names}.",
            hint="Name it in API_UNCONCERNED_MIDDLEWARE if it does nothing to a GET or POST with a "
            "token and without cookies.",
            id="api.W001",
        )
    ]
