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
from apps.observability.failures import described, type_name
from apps.observability.lines import cleaned
from apps.observability.measures import current as current_measures
from apps.observability.metrics import count_exception
from apps.observability.seq import SeqSink

# Lines written outside of any work (start-up, for instance) share one id per process.
_process = context.Context()
OURS = "mainstay"
_ERRORS = frozenset({"error", "critical"})
_LEVELS = {name.lower(): number for name, number in logging.getLevelNamesMapping().items()}


def logging_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING for a least level: everything goes where structlog's events go.

    Silenced is what would tell a second time, and with raw paths, what the "finished" and
    "failed" events of requests and tasks tell. DEBUG is for our own events: libraries tell
    SQL parameters and whole messages at that level.
    """
    others = "INFO" if level == "DEBUG" else level
    structured = {"handlers": ["structured"], "level": others, "propagate": False}
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
        "root": {"handlers": ["structured"], "level": others},
        "loggers": {
            "django": inherited,
            "django.request": silenced,
            "django.server": silenced,
            "celery.app.trace": silenced,
            # Refused input, such as a false Host: worth a line, not a stack.
            "django.security": {"handlers": ["bland"], "level": others, "propagate": False},
            # At DEBUG these tell of their own insides, on every start of every command.
            **{name: {"level": "INFO"} for name in ("asyncio", "celery", "kombu", "redis")},
            # At INFO it tells every request to the storage of files, header by header.
            "azure": {"level": "WARNING"},
            "_granian": structured,
            "granian.access": silenced,
            # Not a logger of the standard library: the least level of structlog's events.
            OURS: {"level": level},
        },
    }


def configure(settings: Mapping[str, Any]) -> None:
    """Apply LOGGING to the standard library and to structlog; Django's LOGGING_CONFIG."""
    logging.config.dictConfig(dict(settings))
    logging.captureWarnings(capture=True)
    level = settings["loggers"][OURS]["level"]
    _told.least = _LEVELS[level.lower()]
    structlog.configure(
        processors=[compose],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        context_class=dict,
        logger_factory=_Logger,
        cache_logger_on_first_use=True,
    )
    outlet.use_sink(_sink_from_settings())


def _sink_from_settings() -> SeqSink | None:
    from django.conf import settings  # noqa: PLC0415  imported by the settings themselves

    url = getattr(settings, "SEQ_URL", "")
    return SeqSink(url=url, api_key=settings.SEQ_API_KEY) if url else None


class _Told:
    """From which level on our own events are told."""

    least = logging.NOTSET


_told = _Told()


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
    complete = composed(level, getattr(logger, "name", "mainstay"), event)
    if complete is None:
        raise structlog.DropEvent
    return (complete,), {}


def composed(level: str, logger: str, event: MutableMapping[str, Any]) -> dict[str, Any] | None:
    """Return the event with time, origin and correlation, cleaned for the log.

    Returns None for an error of which the log has been told already in this piece of work.
    Correlation ids stay as they are, even where they look like a secret: they were checked at
    the edge, and an id that differs from the response's header would lead nowhere.
    """
    exception = _exception_in(event.pop("exc_info", None))
    if exception is not None:
        if level in _ERRORS and not _is_news(exception, logger):
            return None
        event.update(described(exception))
    fields = cleaned(event)
    ours = _origin(level, logger, fields.get("event", ""))
    return ours | fields | ours


def tell_plain(level: str, name: str, fields: Mapping[str, Any]) -> None:
    """Let out an event whose fields need no cleaning: numbers, and words that are ours.

    For what is told with every request: cleaning would be most of its cost. What anybody outside
    has a hand in goes through a logger.
    """
    if _LEVELS[level] >= _told.least:
        outlet.put({**_origin(level, "observability", name), **fields})


def _origin(level: str, logger: str, name: Any) -> dict[str, Any]:
    """Return what every event begins with: time, origin and correlation."""
    bound = context.bound_or_none() or _process
    ours = {
        "timestamp": now().isoformat(timespec="microseconds"),
        "level": level,
        "logger": logger,
        "event": name,
        "correlation_id": bound.correlation_id,
        "trace_id": bound.trace_id,
        "span_id": bound.span_id,
    }
    if bound.actor:
        ours["actor"] = bound.actor
    return ours


def _exception_in(exc_info: Any) -> BaseException | None:
    if exc_info is True:
        return sys.exc_info()[1]
    exception = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return exception if isinstance(exception, BaseException) else None


def _is_news(exception: BaseException, logger: str) -> bool:
    """Count an error, unless another layer has told of the same exception before."""
    measures = current_measures()
    if measures is not None:
        if any(exception is told for told in measures.told):
            return False
        measures.told.append(exception)
    count_exception(logger, type_name(exception))
    return True


class StructuredHandler(logging.Handler):
    """Takes records of the standard library to where structlog's events go."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Let a record out; what is wrong with it never reaches the one who logs."""
        try:
            event = _message_of(record) | {"exc_info": record.exc_info}
            complete = composed(record.levelname.lower(), record.name, event)
            if complete is not None:
                outlet.put(complete)
        except Exception:  # noqa: BLE001  a log handler must not raise
            self.handleError(record)


def _message_of(record: logging.LogRecord) -> dict[str, Any]:
    try:
        return {"event": record.getMessage()}
    except Exception:  # noqa: BLE001  arguments need not fit the message, nor be printable
        return {"event": record.msg, "arguments": record.args}


class WithoutStack(logging.Filter):
    """Passes everything on, as a warning and without its stack."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Strip the record."""
        record.exc_info = None
        record.levelname = "WARNING"
        return True
