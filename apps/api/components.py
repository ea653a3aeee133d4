"""What operations of the OpenAPI document share: the problem, its statuses, header fields."""

from typing import Any

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": [
        "type", "title", "status", "detail", "instance", "code", "request_id", "errors",
    ],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Explains the error."},
        "title": {"type": "string", "description": "The error in few words, always the same."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong this time, and what to do."},
        "instance": {"type": "string", "description": "The path that was asked."},
        "code": {"type": "string", "description": "The error's name, for programs."},
        "request_id": {"type": "string", "description": "Finds this request in our logs."},
        "errors": {
            "type": "array",
            "description": "One line per field or query parameter that is wrong.",
            "items": {
                "type": "object",
                "required": ["field", "detail", "code"],
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "Its path, such as `units.0.floor`; empty for the whole.",
                    },
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}  # fmt: skip
HEADERS: dict[str, Any] = {
    "Deprecation": {
        "description": "Since when this should not be used: @ and seconds of Unix time "
        "(RFC 9745). Errors and 304 have it too.",
        "schema": {"type": "string", "example": "@1793491200"},
    },
    "Sunset": {
        "description": "From when on this may be gone (RFC 8594).",
        "schema": {"type": "string", "example": "Mon, 01 Nov 2027 00:00:00 GMT"},
    },
    "Link": {
        "description": 'With rel="deprecation": the page that says what to do instead.',
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "In how many seconds to go on.",
        "schema": {"type": "integer", "minimum": 1, "example": 7},
    },
}
DESCRIPTIONS = {
    "400": "The body or a query parameter is not what this address takes.",
    "401": "No valid access token.",
    "403": "You may see it, but not do this.",
    "404": "There is nothing here, or nothing for you.",
    "409": "The present state does not allow this.",
    "412": "A header states a condition that does not hold; nothing was changed.",
    "413": "The body is too large.",
    "415": "The body is of a type, charset or encoding that is not read here.",
    "429": "Too many requests; go on after Retry-After seconds.",
    "default": "Any other problem.",
}
