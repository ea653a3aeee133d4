"""What the process under test has really written to its standard output, line by line."""

from typing import Any

import orjson
import pytest


class LogLines:
    """The log lines written since they were last read."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def raw(self) -> list[str]:
        """Return the lines as they stand there."""
        return self._capfd.readouterr().out.splitlines()

    def read(self, event: str = "") -> list[dict[str, Any]]:
        """Return the lines as events: all, or those of one name."""
        events = [orjson.loads(line) for line in self.raw()]
        return [one for one in events if not event or one["event"] == event]


@pytest.fixture
def log_lines(capfd: pytest.CaptureFixture[str]) -> LogLines:
    """What is logged from now on."""
    return LogLines(capfd)
