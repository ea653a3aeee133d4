"""Pages of tables too large to count: the number of rows is the planner's estimate."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import cached_property
from typing_extensions import override

COUNT_AT_MOST = 10_000
# Later pages would read and throw away all before them; whoever looks for more, searches.
MAX_PAGES = 100


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]  # generic for mypy alone
    """Counts few rows exactly and many as PostgreSQL estimates them; shows the first pages only."""

    @cached_property
    @override
    def count(self) -> int:
        """Return the number of rows, estimated (and then never less than a page) where many."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        estimate = estimated_count(rows)
        if estimate > COUNT_AT_MOST:
            return estimate
        exact: int = rows.order_by()[: COUNT_AT_MOST + 1].count()
        return exact if exact <= COUNT_AT_MOST else max(exact, estimate)

    @cached_property
    @override
    def num_pages(self) -> int:
        """Return how many pages can be shown."""
        return min(super().num_pages, MAX_PAGES)


def estimated_count(rows: QuerySet[Any]) -> int:
    """Return how many rows PostgreSQL's planner expects; as true as the last ANALYZE."""
    try:
        query, parameters = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}", parameters)
        (plan,) = cursor.fetchone() or ("[]",)
    plans = json.loads(plan) if isinstance(plan, str) else plan
    return int(plans[0]["Plan"]["Plan Rows"])
