"""The Idempotency-Key in the OpenAPI document: a header that a POST takes, unless it says no."""

from collections.abc import Mapping
from typing import Any

from apps.api.errors import IdempotencyKeyInUse, IdempotencyKeyReused, MalformedIdempotencyKey
from apps.api.idempotency import HEADER, LONGEST_KEY, REPLAYED
from apps.api.schema import raises

_WITHOUT_KEY = "x-without-key"
# The ``extensions`` for ``extend_schema`` of a POST that leaves repeats to its own protocol.
WITHOUT_KEY: Mapping[str, Any] = {_WITHOUT_KEY: True}
_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "description": "Names this write, a UUID at best. Sent again with the same key within a day, "
    f"it is answered alike and does nothing; the answer then has `{REPLAYED}: true`.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": "^[!#-~]+$",
    },
}
_RAISES = raises(MalformedIdempotencyKey, IdempotencyKeyReused, IdempotencyKeyInUse)


def add_idempotency_keys(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Document the header and its errors (a post-processing hook, before `add_problems`)."""
    for operations in result["paths"].values():
        post = operations.get("post")
        if post and not post.pop(_WITHOUT_KEY, False):
            post["parameters"] = [*post.get("parameters", ()), _PARAMETER]
            for extension, errors in _RAISES.items():
                post[extension] = [*post.get(extension, ()), *errors]
    return result
