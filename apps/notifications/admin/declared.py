"""The base of lists of what operators set in the place of what apps declare."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from typing_extensions import override
from unfold.admin import ModelAdmin


class OverDeclared(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows with a key, which stays; what apps declare and nobody wrote over is offered above."""

    list_before_template = "notifications/declared.html"

    class Media:
        css: ClassVar = {"all": ("notifications/texts.css",)}

    @abstractmethod
    def declared(self) -> Mapping[str, str]:
        """Return what apps declare: how it is called, by its key."""

    @abstractmethod
    def delete_by_service(self, key: str) -> None:
        """Let a service delete the row of this key, which announces it."""

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("key",)

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        written = set(self.model.objects.values_list("key", flat=True))
        unwritten = [(key, text) for key, text in self.declared().items() if key not in written]
        context = {"declared": unwritten, **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    @override
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_by_service(obj.key)

    @override
    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for key in list(queryset.values_list("key", flat=True)):
            self.delete_by_service(key)
