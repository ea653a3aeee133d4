"""Idempotency-Key: a POST that is repeated with its key is carried out once.

After draft-ietf-httpapi-idempotency-key-header-07, where a key is a string in quotes; without
them it is taken as well, as most clients send it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog
from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api import kept_answers
from apps.api.errors import (
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    MalformedIdempotencyKey,
)
from apps.api.kept_answers import Answer, KeptAnswer
from apps.api.ports import answer_replayed
from apps.api.throttles import known_client, unknown_client
from apps.kernel.transactions import whole

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 255

Handler = Callable[..., HttpResponse]

_KEY = re.compile(r'(?P<quote>"?)(?P<key>[\x20\x21\x23-\x7e]+)(?P=quote)')
# Most requests take a few milliseconds, and nobody waits for a second one in their name.
_RETRY_AFTER = {"Retry-After": "1"}

log = structlog.get_logger("api")


def key_of(environ: Mapping[str, Any]) -> str | None:
    """Return the request's idempotency key, if any; raises MalformedIdempotencyKey."""
    text = environ.get("HTTP_IDEMPOTENCY_KEY")
    if text is None:
        return None
    found = _KEY.fullmatch(text.strip(" \t"))
    if found is None or len(found["key"]) > LONGEST_KEY:
        raise MalformedIdempotencyKey(
            f"{HEADER} holds 1 to {LONGEST_KEY} printable ASCII characters other than quotes, "
            "such as a UUID."
        )
    return found["key"]


def hash_of_key(key: str, *, owner: str) -> str:
    """Return what a key is kept under; ``owner`` is whoever it belongs to is counted as."""
    return _hash(owner, key)


def hash_of_request(method: str, full_path: str, document: Any) -> str:
    """Return what tells one request from another that comes with the same key.

    It is of what the body says, not of its bytes: a client may write its JSON anew for each try.
    """
    return _hash(method, full_path, orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode())


def carry_out_once(view: Any, request: Request) -> None:
    """Let the view carry out this POST once, where it has a key; call it from ``initial``.

    The handler then runs in a transaction that also keeps its answer. Where an answer is kept
    already, that is returned and the handler is not called. What is refused is rolled back and
    not kept, so that the same request may be tried again.

    Raises MalformedIdempotencyKey; the handler raises IdempotencyKeyInUse while another request
    holds the key, and IdempotencyKeyReused where it is kept for another request.
    """
    key = key_of(request.META)
    if key is not None and hasattr(view, "post"):
        # DRF looks the handler up by this name, once ``initial`` has returned.
        view.post = _once(view, view.post, key=key)


def _once(view: APIView, handler: Handler, *, key: str) -> Handler:

    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key_hash = hash_of_key(key, owner=_owner_of(request))
        request_hash = hash_of_request("POST", request.get_full_path(), request.data)
        try:
            return carried_out(request, key_hash, request_hash, *args, **kwargs)
        except kept_answers.InUse:
            raise IdempotencyKeyInUse(
                "A request with this key is being carried out; ask again for its answer.",
                headers=_RETRY_AFTER,
            ) from None

    def carried_out(
        request: Request, key_hash: str, request_hash: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        with whole():
            if (kept := kept_answers.claim(key_hash)) is not None:
                return _replayed(kept, request_hash)
            response = _rendered(view, request, handler(request, *args, **kwargs))
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                kept_answers.keep(
                    _answer_in(response),
                    user_id=request.user.pk,
                    key_hash=key_hash,
                    request_hash=request_hash,
                )
        return response

    return answer


def _owner_of(request: Request) -> str:
    """Return whose keys these are: the user's or, among strangers, the network's at this path."""
    if request.user.is_authenticated:
        return known_client(request.user.pk)
    return f"{unknown_client(request.META)} {request.path}"


def _hash(*parts: str) -> str:
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _rendered(view: APIView, request: Request, response: HttpResponse) -> HttpResponse:
    """Render now, in the transaction, what DRF would render when all is committed."""
    if isinstance(response, Response):
        view.finalize_response(request, response)
        response.render()
    return response


def _answer_in(response: HttpResponse) -> Answer:
    return Answer(
        status=response.status_code, headers=dict(response.headers), body=response.content
    )


def _replayed(kept: KeptAnswer, request_hash: str) -> HttpResponse:
    if kept.request_hash != request_hash:
        raise IdempotencyKeyReused(
            "This key was used for another request; take a new one for each thing to be done."
        )
    answer = kept_answers.opened(kept)
    log.info("idempotency.replayed", answer_id=str(kept.public_id))
    answer_replayed.send(sender=None)
    headers = {**answer.headers, REPLAYED: "true"}
    return HttpResponse(answer.body, status=answer.status, headers=headers)
