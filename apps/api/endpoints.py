"""Finds what the OpenAPI document describes: the methods that each route answers."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.generators import EndpointEnumerator
from typing_extensions import override


class Endpoints(EndpointEnumerator):
    """Finds HEAD and OPTIONS too, where a viewset has actions of its own for them."""

    @override
    def get_allowed_methods(self, callback: Any) -> list[str]:
        methods: list[str] = super().get_allowed_methods(callback)  # type: ignore[no-untyped-call]  # drf-spectacular has no types
        actions: Mapping[str, str] = getattr(callback, "actions", {})
        # Without one of its own, DRF answers HEAD as it answers GET.
        if actions.get("head", "") not in {"", actions.get("get")}:
            methods.append("HEAD")
        # Under this name alone: DRF runs it by itself.
        if actions.get("options") == "metadata":
            methods.append("OPTIONS")
        return methods
