"""What the web server says before our logging is there is JSON too."""

import logging
import sys
from pathlib import Path

import orjson
import pytest

from apps.observability.start_lines import StartLine
from tests import house


def test_record_is_one_line_of_json_without_secrets() -> None:
    try:
        int("password=hunter2\nand more")
    except ValueError:
        record = logging.LogRecord(
            "_granian", logging.ERROR, "x.py", 1, 'it "%s"', ("fell\nover",), sys.exc_info()
        )

    line = StartLine().format(record)

    assert "\n" not in line
    assert "hunter2" not in line
    told = orjson.loads(line)
    assert (told["level"], told["logger"], told["event"]) == (
        "error",
        "_granian",
        'it "fell\nover"',
    )
    assert "ValueError" in told["stack"]


@pytest.mark.django_db(transaction=True)
def test_every_line_of_a_web_process_is_json(tmp_path: Path) -> None:
    with house.web(tmp_path / "web.log") as running:
        pass

    lines = running.log.read_bytes().splitlines()
    assert lines
    assert all(orjson.loads(line)["timestamp"] for line in lines)
