"""What probes ask. No part of the API: load balancers understand a status, not a problem."""

from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.health.liveness import ALIVE
from apps.health.selectors import is_well, readiness
from apps.health.types import Readiness, Status

_HEADERS = {"Cache-Control": "no-store"}


@require_safe
def live(_: HttpRequest) -> HttpResponse:
    """Say that this process answers; depends on nothing, so that no outage restarts it.

    Most of those who ask are answered in the short lane.
    """
    return HttpResponse(ALIVE.body, headers=ALIVE.headers)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests may be sent here; details only to staff."""
    found = readiness()
    answer = asdict(found) if _may_see_details(request, found) else {"status": found.status}
    return HttpResponse(
        orjson.dumps(answer),
        status=503 if found.status is Status.UNREADY else 200,
        content_type="application/json",
        headers=_HEADERS,
    )


def _may_see_details(request: HttpRequest, found: Readiness) -> bool:
    # Who asks is known only to the database, for which a probe must not wait.
    user: Any = getattr(request, "user", None) if is_well("database", found) else None
    return bool(user is not None and user.is_active and user.is_staff)
