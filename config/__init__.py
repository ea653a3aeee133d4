"""The composition root: the only package that names every app."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.celery import celery_app

__all__ = ["celery_app"]


def __getattr__(name: str) -> Any:
    """Make the Celery application when it is first asked for: it takes a tenth of a start."""
    if name != "celery_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from config.celery import celery_app  # noqa: PLC0415  see above

    return celery_app
