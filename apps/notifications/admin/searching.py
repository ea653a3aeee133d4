"""Finding rows by what an index can find: a person, or a whole id."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.selectors import user_by_email, user_by_public_id
from apps.accounts.types import UserSummary


class FoundByPerson:
    """Lists that are searched by a person's whole e-mail address or id, or an id of ours."""

    # Looked up one after the other, since an OR would read the table.
    keys: ClassVar[Sequence[str]] = ("public_id",)
    search_fields = ("public_id",)
    search_help_text = "A whole e-mail address, or a whole id."

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
        wanted = _id_in(term)
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
    wanted = _id_in(term)
    return None if wanted is None else user_by_public_id(wanted)


def _id_in(term: str) -> UUID | None:
    try:
        return UUID(term)
    except ValueError:
        return None
