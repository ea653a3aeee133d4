"""Rows that the image service remembers: saved and deleted by its services, which forget them."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.kernel.admin import ConfirmedActions


class SavedByService(ConfirmedActions):
    """Leaves writing to two services; what was deleted or changed is forgotten with it."""

    # ``staticmethod`` of each service, which takes the row.
    save_row: Callable[[Any], object]
    delete_row: Callable[[Any], object]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Save a row."""
        self.save_row(obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete a row."""
        self.delete_row(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the chosen rows."""
        for row in queryset:
            self.delete_row(row)
