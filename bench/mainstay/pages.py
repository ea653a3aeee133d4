"""How long the admin's pages take, and how many queries each asks; for a filled database.

Fill one first (`crowd`), then::

    python -m bench.mainstay time_pages '{"apps": ["webhooks", "events"]}' /tmp/pages.json
"""

from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.db.models.options import Options
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User

REPEATS = 5


def time_pages(*, apps: list[str] | None = None, repeats: int = REPEATS) -> dict[str, Any]:
    """Ask for every list of the admin, a later and a searched page of it, and the newest row's."""
    # As the proxy in front of us speaks.
    client = Client(headers={"x-forwarded-proto": "https", "host": _host()})
    client.force_login(_operator())
    shown = [page.opts for page in admin.site._registry.values()]  # noqa: SLF001  no other way
    chosen = [opts for opts in shown if apps is None or opts.app_label in apps]
    paths = [path for opts in sorted(chosen, key=lambda opts: opts.label) for path in _paths(opts)]
    return {path: _timed(client, path, repeats) for path in paths}


def _paths(opts: "Options[Any]") -> list[str]:
    name = f"admin:{opts.app_label}_{opts.model_name}"
    changelist = reverse(f"{name}_changelist")
    newest = QuerySet(opts.model).order_by("-pk").values_list("pk", flat=True).first()
    row = [] if newest is None else [reverse(f"{name}_change", args=[newest])]
    return [changelist, f"{changelist}?p=3", f"{changelist}?q=nothing", *row]


def _timed(client: Client, path: str, repeats: int) -> dict[str, Any]:
    client.get(path)
    taken, worked = [], []
    for _ in range(repeats):
        began, cpu = perf_counter(), process_time()
        answer = client.get(path)
        taken.append(1000 * (perf_counter() - began))
        worked.append(1000 * (process_time() - cpu))
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    slowest = max(queries.captured_queries, key=lambda query: float(query["time"]), default=None)
    return {
        "status": answer.status_code,
        "ms": round(median(taken), 1),
        "cpu_ms": round(median(worked), 1),
        "queries": len(queries),
        "slowest": slowest,
    }


def _host() -> str:
    return next((host for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")


def _operator() -> User:
    person, _ = User.objects.get_or_create(
        email="operator@bench.mainstay.local", defaults={"is_staff": True, "is_superuser": True}
    )
    return person
