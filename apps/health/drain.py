"""Draining: an instance that is about to stop asks for no more requests, while it still answers.

The flag is a file, so that the supervisor can set it for all worker processes at once, before it
sends them a signal. It is looked at with every probe: one system call.
"""

from pathlib import Path

from django.conf import settings


def drain_flag() -> Path:
    """The file whose existence means that this instance is draining."""
    return Path(settings.STATE_DIR) / "drain"
