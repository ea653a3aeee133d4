"""Lists of rows of people: found by what an index can find, and cheap however long."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts.selectors import user_by_email, user_by_public_id
from apps.accounts.types import UserSummary
from apps.kernel.admin import ReadOnlyAdmin


class OfPeople(ReadOnlyAdmin):
    """Rows of people, newest first: searched by a person's address or id, or an id of ours."""

    # Looked up one after the other, since an OR would read the table.
    keys: ClassVar[Sequence[str]] = ("public_id",)
    # Shown of each row, and read for a page at once.
    beside: ClassVar[Sequence[str]] = ("user",)
    search_fields = ("public_id",)
    search_help_text = "A whole e-mail address, or a whole id."
    # Not False: Django would then join by itself.
    list_select_related = ()
    list_per_page = 50
    ordering = ("-id",)

    class Media:
        css: ClassVar = {"all": ("notifications/ledger.css",)}

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(*self.beside)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what belongs to the person, or has the id."""
        term = search_term.strip()
        if not term:
            return queryset, False
        person = _person(term)
        if person is not None:
            return queryset.filter(user_id=person.id), False
        wanted = id_in(term)
        if wanted is None:
            return queryset.none(), False
        for key in self.keys:
            found = queryset.filter(**{key: wanted})
            if found.exists():
                return found, False
        return queryset.none(), False


def _person(term: str) -> UserSummary | None:
    if "@" in term:
        return user_by_email(term)
    wanted = id_in(term)
    return None if wanted is None else user_by_public_id(wanted)


def id_in(term: str) -> UUID | None:
    """Return the id that a search is for, or None."""
    try:
        return UUID(term)
    except ValueError:
        return None
