"""How the process logs: structlog without detours, and the standard library routed into it.

One processor composes a whole event; a chain of the usual ten costs several times as much
(R8 section 5). Settings import this module, so it reads none while it is imported.
"""

import logging  # noqa: TID251  this module is what routes it into structlog
import logging.config  # noqa: TID251  as above
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from typing_extensions import override

from apps.kernel import context
from apps.kernel.clock import now
from apps.observability import outlet
from apps.observability.failures import described
from apps.observability.lines import cleaned
from apps.observability.seq import SeqSink

# Lines written outside of any work (start-up, for instance) share one id per process.
_process = context.Context()


def logging_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING for a least level: everything goes where structlog's events go.

    Silenced is what would tell a second time, and with raw paths, what the "finished" and
    "failed" events of requests and tasks tell.
    """
    structured = {"handlers": ["structured"], "level": level, "propagate": False}
    inherited = {"handlers": [], "level": "NOTSET", "propagate": True}
    silenced = {"handlers": [], "level": "CRITICAL", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"bland": {"()": "apps.observability.logs.WithoutStack"}},
        "handlers": {
            "structured": {"class": "apps.observability.logs.StructuredHandler"},
            "bland": {
                "class": "apps.observability.logs.StructuredHandler",
                "filters": ["bland"],
            },
        },
        "root": {"handlers": ["structured"], "level": level},
        "loggers": {
            "django": inherited,
            "django.request": silenced,
            "django.server": silenced,
            "celery.app.trace": silenced,
            # Refused input, such as a false Host: worth a line, not a stack.
            "django.security": {"handlers": ["bland"], "level": level, "propagate": False},
            # At DEBUG this one writes every SQL statement with its parameters.
            "django.db.backends": {"level": "INFO"},
            "django.template": {"level": "INFO"},
            "django.utils.autoreload": {"level": "INFO"},
            "_granian": structured,
            "granian.access": silenced,
        },
    }


def configure(settings: Mapping[str, Any]) -> None:
    """Apply LOGGING to the standard library and to structlog; Django's LOGGING_CONFIG."""
    logging.config.dictConfig(dict(settings))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[compose],
        wrapper_class=structlog.make_filtering_bound_logger(settings["root"]["level"]),
        context_class=dict,
        logger_factory=_Logger,
        cache_logger_on_first_use=True,
    )
    outlet.use_sink(_sink_from_settings())


def _sink_from_settings() -> SeqSink | None:
    from django.conf import settings  # noqa: PLC0415  imported by the settings themselves

    url = getattr(settings, "SEQ_URL", "")
    return SeqSink(url=url, api_key=settings.SEQ_API_KEY) if url else None


class _Logger:
    """What structlog wraps: knows the name it was asked for, and puts events into the outlet."""

    __slots__ = ("name",)

    def __init__(self, name: str = "mainstay") -> None:
        self.name = name

    def put(self, event: Mapping[str, Any]) -> None:
        """Let a composed event out, whatever its level."""
        outlet.put(event)

    debug = info = warning = error = critical = put


def compose(
    logger: Any, level: str, event: MutableMapping[str, Any]
) -> tuple[tuple[dict[str, Any]], dict[str, Any]]:
    """Turn what was logged into a complete event; structlog's only processor."""
    return (composed(level, getattr(logger, "name", "mainstay"), event),), {}


def composed(level: str, logger: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Return the event with time, origin and correlation, cleaned for the log.

    Correlation ids stay as they are, even where they look like a secret: they were checked at
    the edge, and an id that differs from the response's header would lead nowhere.
    """
    error = event.pop("exc_info", None)
    if error:
        event.update(_described(error))
    bound = context.bound_or_none() or _process
    complete = {
        "timestamp": f"{now():%Y-%m-%dT%H:%M:%S.%fZ}",
        "level": level,
        "logger": logger,
        "event": event.pop("event", ""),
    }
    complete |= cleaned(event)
    complete["event"] = cleaned({"event": complete["event"]})["event"]
    complete["correlation_id"] = bound.correlation_id
    complete["trace_id"] = bound.trace_id
    complete["span_id"] = bound.span_id
    if bound.actor:
        complete["actor"] = bound.actor
    return complete


def _described(error: Any) -> dict[str, Any]:
    if error is True:
        error = sys.exc_info()
    exception = error[1] if isinstance(error, tuple) else error
    return described(exception) if isinstance(exception, BaseException) else {}


class StructuredHandler(logging.Handler):
    """Takes records of the standard library to where structlog's events go."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Let a record out; what is wrong with it never reaches the one who logs."""
        try:
            event = {"event": _message_of(record), "exc_info": record.exc_info}
            outlet.put(composed(record.levelname.lower(), record.name, event))
        except Exception:  # noqa: BLE001  a log handler must not raise
            self.handleError(record)


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  the arguments need not fit the message
        return f"{record.msg} {record.args!r}"


class WithoutStack(logging.Filter):
    """Passes everything on, as a warning and without its stack."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Strip the record."""
        record.exc_info = None
        record.levelname = "WARNING"
        return True
