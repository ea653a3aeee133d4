"""What the pages of files have in common: actions by services, sizes, and search by ids."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError


class FilesPage(ReadOnlyAdmin):
    """Rows that are looked at, found by ids alone: no index leads to a word within a name."""

    list_per_page = 25
    ordering = ("-id",)
    # Columns besides the public id that hold ids of others.
    found_by: tuple[str, ...] = ()
    # The column that holds somebody's e-mail address, if any.
    found_by_mail = ""

    class Media:
        css: ClassVar = {"all": ("files/files.css",)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by what an index leads to."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if "@" in term and self.found_by_mail:
            return queryset.filter(**{self.found_by_mail: term.lower()}), False
        try:
            wanted = UUID(term)
        except ValueError:
            return self.found_by_text(queryset, term), False
        condition = Q(public_id=wanted)
        for column in self.found_by:
            condition |= Q(**{column: wanted})
        return queryset.filter(condition), False

    def found_by_text(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Return what is found by a text that is no id: nothing, unless a page knows better."""
        return rows.none()

    def act_on_each(
        self,
        request: HttpRequest,
        chosen: QuerySet[Any],
        act: Callable[[Any], object],
        *,
        done: str,
    ) -> None:
        """Let a service do it to each row; one that refuses does not keep the others from it."""
        count = 0
        for row in chosen:
            try:
                act(row)
                count += 1
            except AppError as error:
                messages.error(request, f"{row}: {error.detail or error.title}")
        if count:
            messages.success(request, f"{count} {done}")


def size_of(size_bytes: int | None) -> str:
    """Return a size as people read it."""
    return "" if size_bytes is None else filesizeformat(size_bytes)
