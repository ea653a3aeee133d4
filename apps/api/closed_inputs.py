"""Request bodies in the OpenAPI document: closed, as `serializers.Strict` makes them."""

from collections.abc import Iterator
from typing import Any


def close_inputs(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say that a field which is not declared is refused (a post-processing hook).

    Else whoever makes clients or tests from the document takes every field for allowed.
    """
    schemas = result.get("components", {}).get("schemas", {})
    for body in _bodies(result):
        _close(body, schemas)
    return result


def _bodies(result: dict[str, Any]) -> Iterator[Any]:
    for operations in result["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                yield operation.get("requestBody")


def _close(node: Any, schemas: dict[str, Any]) -> None:
    """Close every object with named properties below a node, following references once."""
    if isinstance(node, list):
        for member in node:
            _close(member, schemas)
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        node = schemas[node["$ref"].rpartition("/")[2]]
    if "properties" in node:
        if node.get("additionalProperties") is False:
            return
        node["additionalProperties"] = False
    for member in node.values():
        _close(member, schemas)
