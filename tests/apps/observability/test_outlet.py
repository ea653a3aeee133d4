"""Log events leave the process, and whatever hinders them hinders nobody else."""

import subprocess
import sys

import orjson
import pytest

from apps.observability import outlet
from apps.observability.logs import composed
from tests.log_lines import LogLines


class Sink:
    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.is_closed = False

    def offer(self, line: bytes) -> None:
        self.lines.append(line)

    def close(self) -> None:
        self.is_closed = True


def test_further_sink_gets_the_same_line(log_lines: LogLines) -> None:
    sink = Sink()
    outlet.use_sink(sink)
    outlet.put(composed("info", "sample", {"event": "cup.filled"}) or {})
    outlet.flush()
    outlet.use_sink(None)

    assert [orjson.loads(line) for line in sink.lines] == log_lines.read()
    assert sink.is_closed


PROGRAM = """
import os, sys
from django.conf import settings
from apps.observability.logs import logging_settings
settings.configure(USE_TZ=True, LOGGING_CONFIG="apps.observability.logs.configure",
                   LOGGING=logging_settings("INFO"))
import django
django.setup()
import structlog
from apps.observability.metrics import LOG_EVENTS_LOST
{before}
structlog.get_logger("sample").info("cup.filled", text="x" * 10_000)
sys.stderr.write(str(LOG_EVENTS_LOST.labels("stdout")._value.get()))
"""


@pytest.mark.parametrize(
    "before",
    [
        "os.close(1)",
        "r, w = os.pipe(); os.close(r); os.dup2(w, 1)",
        "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)",
    ],
    ids=["closed", "broken", "full"],
)
def test_output_that_takes_nothing_is_counted_and_hinders_nobody(before: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)], capture_output=True, check=True
    )

    assert done.stderr == b"1.0"


def test_long_line_arrives_whole_through_a_slow_pipe() -> None:
    """The pipe holds less than one line, so that writing it takes several steps."""
    before = "import fcntl; fcntl.fcntl(1, 1031, 4096)"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)], capture_output=True, check=True
    )

    assert len(orjson.loads(done.stdout)["text"]) > 8_000
