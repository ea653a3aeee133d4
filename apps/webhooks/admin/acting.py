"""Actions of the admin: carried out by services, row by row."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.kernel.errors import AppError


class ActsByService:
    """Carries out an action on each chosen row by a service, and tells what came of it."""

    def act_on_each(
        self, request: HttpRequest, chosen: QuerySet[Any], act: Callable[[UUID], None]
    ) -> None:
        """Let the service do it; one that refuses does not keep the others from it."""
        done = 0
        for row in chosen:
            try:
                act(row.public_id)
                done += 1
            except AppError as error:
                messages.error(request, f"{row}: {error.detail or error.title}")
        if done:
            messages.success(request, f"{done} done, and announced in the event log.")
