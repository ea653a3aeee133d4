"""Writing in the lane: a create with an idempotency key, carried out by the view's own parts.

Only with a key, for then any doubt may be left to Django: what was rolled back is carried out
there, and what was committed, though nobody here knows it, is answered from what was kept.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from io import BytesIO
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from typing_extensions import override

from apps.api import kept_answers
from apps.api.documents import read_document
from apps.api.entities import Finished
from apps.api.idempotency import hash_of_key, hash_of_request, key_of
from apps.api.kept_answers import Answer, InUse
from apps.api.lane.asked import Asked
from apps.api.lane.callers import Caller
from apps.api.lane.errors import NotForTheLane
from apps.api.lane.plans import Headers, shown_row
from apps.api.lane.rehearsal import Question, Rehearsal, action_map_of, nothing_is_read
from apps.api.lane.routes import Route, row_shape
from apps.api.lane.statements import sentinels
from apps.api.throttles import known_client
from apps.kernel.errors import AppError
from apps.kernel.transactions import whole

log = structlog.get_logger("api")

_CREATED = 201
_JSON = {"Content-Type": "application/json"}
_REFUSALS = (
    AppError,
    APIException,
    Http404,
    InUse,
    NotForTheLane,
    PermissionDenied,
    ValidationError,
)


class Posted(Request):
    """A request of somebody who is known, whose body was read."""

    def __init__(self, http: WSGIRequest, document: Any, caller: Caller) -> None:
        super().__init__(http)
        assert caller.access is not None, "Who writes is known by more than ids."
        self._document = document
        self.user, self.auth = caller.access.user, caller.access.session_id

    @property
    @override
    def data(self) -> Any:
        return self._document


def write(
    route: Route, asked: Asked, caller: Caller, environ: MutableMapping[str, Any]
) -> Finished | None:
    """Carry out a create and return its answer; None where Django must refuse, replay or explain.

    By then nothing is written, unless the database broke while it was told to keep all.
    """
    headers = headers_of(route, asked.scheme, asked.host)
    body = _body_in(environ) if headers else None
    if headers is None or body is None:
        return None
    try:
        key = key_of(environ)
        assert key is not None, "What has no key is not read as plain."
        row = _created(route, asked, caller, environ, key=key, document=read_document(body))
    except _REFUSALS:
        return None
    return headers.finished(row, environ, method="POST", status=_CREATED)


def planned_write(question: Question) -> Headers:
    """Return the headers of what a create answers; raises NotForTheLane."""
    with nothing_is_read():
        rehearsal = Rehearsal(question, sentinels(ids=len(question.route.names), position=()))
        rehearsal.refuse_own_guard()
        rehearsal.view.refuse_own_ways()
        return Headers(*rehearsal.headers(_CREATED))


@lru_cache(maxsize=64)
def headers_of(route: Route, scheme: str, host: str) -> Headers | None:
    """Return `planned_write` of a route, or None where it is none for the lane."""
    try:
        return planned_write(Question(route, "", scheme, host))
    except NotForTheLane as reason:
        log.debug("lane.closed", route=route.template, reason=str(reason))
        return None


def _created(
    route: Route,
    asked: Asked,
    caller: Caller,
    environ: MutableMapping[str, Any],
    *,
    key: str,
    document: Any,
) -> bytes:
    """Write a row, keep the answer, and return the row as the view shows it."""
    view = _view(route, asked.ids, Posted(WSGIRequest(dict(environ)), document, caller))
    view.check_permissions(view.request)
    values = view.read_input(view.request)
    key_hash = hash_of_key(key, owner=known_client(caller.user_id))
    with whole():
        if kept_answers.claim(key_hash) is not None:
            raise NotForTheLane("it was carried out before.")
        row = shown_row(_row_at(asked, view.create_row(**values)), caller)
        if row is None:
            raise NotForTheLane("what was written is not shown in the lane.")
        kept_answers.keep(
            Answer(status=_CREATED, headers=_JSON, body=row),
            user_id=caller.user_id,
            key_hash=key_hash,
            request_hash=hash_of_request("POST", asked.path, document),
        )
    return row


def _view(route: Route, ids: list[str], request: Request) -> Any:
    """Return the view as DRF leaves it before the handler of a POST."""
    view = route.view_class(**route.options)
    view.action_map, view.action = action_map_of(route), route.actions["post"]
    view.args, view.kwargs = (), dict(zip(route.names, map(UUID, ids), strict=True))
    view.request, view.format_kwarg = request, None
    return view


def _row_at(asked: Asked, row_id: UUID) -> Asked:
    ids = [*asked.ids, str(row_id)]
    path, shape = f"{asked.path}{row_id}/", row_shape(asked.shape)
    return asked._replace(path=path, shape=shape, ids=ids, method="GET")


def _body_in(environ: MutableMapping[str, Any]) -> bytes | None:
    """Return the body, which Django may still read; None where it is not of its length."""
    text = environ.get("CONTENT_LENGTH", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    length = int(text)
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == length else None
