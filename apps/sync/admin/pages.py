"""What the pages of sync have in common: rows of people's devices, found by what an index finds."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts.selectors import user_by_email, user_by_public_id
from apps.kernel.admin import ReadOnlyAdmin
from apps.sync.models import SyncState


class SyncPage(ReadOnlyAdmin):
    """Newest first; searched by a person's address or id, a device's id, or the row's own."""

    # Where a row says whose it is, and of which device; "" where the row is the device.
    of_user = "user_id"
    of_state = "state_id"
    # Read for a page at once.
    beside: ClassVar[tuple[str, ...]] = ()
    search_fields = ("public_id",)
    search_help_text = "A whole e-mail address, or an id of a user, a device, or of a row here."
    # Not False: Django would then join by itself.
    list_select_related = ()
    list_per_page = 25
    ordering = ("-id",)

    class Media:
        css: ClassVar = {"all": ("sync/sync.css",)}

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(*self.beside)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look up one after the other, since an OR would read the table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        wanted = _id_in(term)
        person = user_by_email(term) if "@" in term else wanted and user_by_public_id(wanted)
        if person:
            return queryset.filter(**{self.of_user: person.id}), False
        if wanted is None:
            return queryset.none(), False
        state_ids = SyncState.objects.filter(public_id=wanted).values_list("pk", flat=True)
        if self.of_state and (state_id := state_ids.first()) is not None:
            return queryset.filter(**{self.of_state: state_id}), False
        return queryset.filter(public_id=wanted), False


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
