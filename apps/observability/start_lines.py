"""Log lines of the web server itself, which speaks before Mainstay's own logging is there.

Named in deploy/granian-logs.json. It must be quick to import, and need no settings or metrics.
"""

import logging  # noqa: TID251  the server logs by the standard library
from datetime import UTC, datetime

import orjson
from typing_extensions import override

from apps.observability.redaction import redacted


class StartLine(logging.Formatter):
    """Writes a record as one line of JSON, as our own events are."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="microseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redacted(record.getMessage()),
        }
        if record.exc_info:
            line["stack"] = redacted(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()
