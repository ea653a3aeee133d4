"""structlog and the standard library write the same lines, with time, origin and correlation."""

import logging
import subprocess
import sys
from datetime import datetime
from typing import Any

import orjson
import pytest
import structlog

from apps.kernel import context
from apps.observability.logs import StructuredHandler, logging_settings
from apps.observability.measures import Measures, measured
from tests.log_lines import LogLines

log = structlog.get_logger("sample")


def test_event_is_a_line_with_time_origin_and_correlation(log_lines: LogLines) -> None:
    bound = context.Context(actor="someone")
    with context.bound(bound):
        log.info("cup.filled", size=3)

    (event,) = log_lines.read()
    assert datetime.fromisoformat(event.pop("timestamp")).tzinfo is not None
    assert event == {
        "level": "info",
        "logger": "sample",
        "event": "cup.filled",
        "size": 3,
        "correlation_id": bound.correlation_id,
        "trace_id": bound.trace_id,
        "span_id": bound.span_id,
        "actor": "someone",
    }


def test_lines_outside_of_any_work_share_one_id_and_bind_none(log_lines: LogLines) -> None:
    log.info("one")
    log.info("two")

    one, two = log_lines.read()
    assert one["correlation_id"] == two["correlation_id"]
    assert context.bound_or_none() is None


def test_reserved_names_cannot_be_forged(log_lines: LogLines) -> None:
    log.info("cup.filled", level="error", logger="other", correlation_id="x", timestamp=1)

    (event,) = log_lines.read()
    assert (event["level"], event["logger"]) == ("info", "sample")
    assert event["correlation_id"] != "x"


def test_correlation_id_stays_though_it_looks_like_a_secret(log_lines: LogLines) -> None:
    sent = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    with context.bound(context.Context(correlation_id=sent)):
        log.info("cup.filled", text=sent)

    (event,) = log_lines.read()
    assert event["correlation_id"] == sent
    assert event["text"] == "[redacted]"


def test_exception_is_told_with_type_fingerprint_and_stack(log_lines: LogLines) -> None:
    try:
        int("password=hunter2")
    except ValueError:
        log.exception("cup.broken")

    (event,) = log_lines.read()
    assert event["level"] == "error"
    assert event["error_type"] == "ValueError"
    assert event["error_message"].endswith("'password=[redacted]'")
    assert len(event["fingerprint"]) == 16
    assert "test_exception_is_told" in event["stack"]
    assert "hunter2" not in str(event)


def test_exception_told_by_several_layers_is_one_error(log_lines: LogLines) -> None:
    error, other = ValueError("one"), ValueError("other")
    with measured(Measures()):
        log.error("inner.failed", exc_info=error)
        log.error("outer.failed", exc_info=error)
        logging.getLogger("library").error("failed", exc_info=error)
        log.error("inner.failed", exc_info=other)
        log.warning("inner.noted", exc_info=error)

    assert [event["event"] for event in log_lines.read()] == [
        "inner.failed",
        "inner.failed",
        "inner.noted",
    ]


def test_standard_library_writes_the_same_lines(log_lines: LogLines) -> None:
    logging.getLogger("library.part").warning("cup %s broke: token=%s", 3, "hunter2")

    (event,) = log_lines.read()
    assert (event["logger"], event["level"]) == ("library.part", "warning")
    assert event["event"] == "cup 3 broke: token=[redacted]"


def test_record_whose_arguments_do_not_fit_is_told_all_the_same(log_lines: LogLines) -> None:
    record = logging.LogRecord("library", logging.INFO, "", 1, "cup %d", ("three",), None)
    StructuredHandler().handle(record)

    (event,) = log_lines.read()
    assert (event["event"], event["arguments"]) == ("cup %d", ["three"])


def test_what_requests_tell_is_not_told_again(log_lines: LogLines) -> None:
    logging.getLogger("django.request").error("Internal Server Error: /users/anna")
    logging.getLogger("django.server").info("GET /users/anna")
    logging.getLogger("celery.app.trace").error("Task failed")

    assert log_lines.raw() == []


def test_refused_input_is_a_warning_without_stack(log_lines: LogLines) -> None:
    logging.getLogger("django.security.DisallowedHost").error("x", exc_info=ValueError("x"))

    (event,) = log_lines.read()
    assert event["level"] == "warning"
    assert "stack" not in event


PROGRAM = """
import sys
from django.conf import settings
from apps.observability.logs import logging_settings
settings.configure(USE_TZ=True, LOGGING_CONFIG="apps.observability.logs.configure",
                   LOGGING=logging_settings(sys.argv[1]))
import django
django.setup()
import logging, structlog, warnings
warnings.warn("old")
for log in (structlog.get_logger("ours"), logging.getLogger("library")):
    for level in ("debug", "info", "warning", "error"):
        getattr(log, level)(level)
"""


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("DEBUG", ["debug", "info", "warning", "error"]),
        ("INFO", ["info", "warning", "error"]),
        ("ERROR", ["error"]),
    ],
)
def test_debug_is_dropped_in_production_and_errors_never_are(level: str, told: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, level], capture_output=True, check=True)

    events: list[dict[str, Any]] = [orjson.loads(line) for line in done.stdout.splitlines()]
    of_ours = [event["event"] for event in events if event["logger"] == "ours"]
    of_libraries = [event["event"] for event in events if event["logger"] == "library"]
    assert of_ours == told
    # Libraries tell at DEBUG what nobody should read.
    assert of_libraries == [event for event in told if event != "debug"]
    assert any(event["logger"] == "py.warnings" for event in events) == ("warning" in told)


def test_settings_are_made_without_settings() -> None:
    assert logging_settings("INFO")["root"]["level"] == "INFO"
