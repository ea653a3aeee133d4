"""If-Match in the OpenAPI document: a header that changes of something take."""

from typing import Any

from apps.api.errors import PreconditionFailed
from apps.api.preconditions import HEADER, METHODS
from apps.api.schema import raises

_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "description": "The `ETag` of what was read, so that a change by somebody else meanwhile is "
    "not undone; `*` for whatever is there.",
    "schema": {"type": "string"},
    "example": '"5e3c1f0a9b2d4c6e8f7a6b5c4d3e2f1a"',
}
_RAISES = raises(PreconditionFailed)
_WITHOUT = "x-without-if-match"
# The ``extensions`` of a change whose view takes none: it has a precondition of its own, or none.
WITHOUT_IF_MATCH = {_WITHOUT: True}


def add_preconditions(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Document the header and its error (a post-processing hook, before `add_problems`)."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            is_without = operation.pop(_WITHOUT, False)
            if method.upper() in METHODS and path.startswith("/api/") and not is_without:
                operation["parameters"] = [*operation.get("parameters", ()), _PARAMETER]
                for extension, errors in _RAISES.items():
                    operation[extension] = [*operation.get(extension, ()), *errors]
    return result
