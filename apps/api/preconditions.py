"""If-Match: a change is carried out only on the state that the client has seen.

After RFC 9110 section 13.1.1: of two clients that change what both have read, the second one is
told, instead of undoing the first one's change.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import PreconditionFailed
from apps.api.etags import etag_of, is_met
from apps.api.renderers import to_json
from apps.kernel.errors import NotFound

HEADER = "If-Match"
METHODS = frozenset({"PUT", "PATCH", "DELETE"})

Handler = Callable[..., HttpResponse]


def change_if_matched(view: Any, request: Request) -> None:
    """Let the view change only what is as If-Match says, if it is given; call it from ``initial``.

    The handler then runs in a transaction that holds the row first, so that it cannot change
    between the comparison and the effect; it raises PreconditionFailed. Who may not change the
    row, or for whom it is not there, is told that and not its state.
    """
    if_match = request.META.get("HTTP_IF_MATCH")
    name = str(request.method).lower()
    if if_match is not None and request.method in METHODS and hasattr(view, name):
        # DRF looks the handler up by this name, once ``initial`` has returned.
        setattr(view, name, _guarded(view, getattr(view, name), if_match))


def lock(model: type[Model], pk: Any) -> None:
    """Lock a row until the transaction ends; raises NotFound where it has gone meanwhile."""
    rows = model._base_manager.select_for_update(no_key=True)  # noqa: SLF001  Django's documented API
    if rows.filter(pk=pk).values_list("pk").first() is None:
        raise NotFound


def _guarded(view: Any, handler: Handler, if_match: str) -> Handler:

    @transaction.atomic
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        view.hold()
        if not _is_met(if_match, _present_etag(view, request, *args, **kwargs)):
            raise PreconditionFailed(
                "It has changed since you read it, or you sent no tag of it: read it again."
            )
        return handler(request, *args, **kwargs)

    return answer


def _is_met(if_match: str, etag: str | None) -> bool:
    """Tell whether the state is the one wanted; without a GET there is a row, but no tag of it."""
    return if_match.strip() == "*" if etag is None else is_met(if_match, etag)


def _present_etag(view: Any, request: Request, *args: Any, **kwargs: Any) -> str | None:
    """Return the tag that a GET of the same address would give this user now."""
    read: Handler | None = getattr(view, "get", None)
    if read is None:
        return None
    action = getattr(view, "action", None)
    view.action = getattr(view, "action_map", {}).get("get", action)
    try:
        shown = read(request, *args, **kwargs)
    finally:
        view.action = action
    if isinstance(shown, Response):
        return etag_of(to_json(shown.data))
    return shown.headers.get("ETag") or etag_of(shown.content)
