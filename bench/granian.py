"""The WSGI server, started in the same way for everything that is written in Python."""

from __future__ import annotations

from devstack import paths, ports
from devstack.programs import WEB_THREADS


def command(application: str, *, port: int) -> list[str]:
    """Return the command that serves an application with one worker process."""
    options = {
        "--interface": "wsgi",
        "--host": ports.LOOPBACK,
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": str(WEB_THREADS),
    }
    words = [word for option in options.items() for word in option]
    return [str(paths.PYTHON), "-m", "granian", *words, application]
