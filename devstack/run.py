"""`make run`: the whole stack in one terminal, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import time
from os import environ
from pathlib import Path

from devstack import paths, stack_file
from devstack.interruption import Interrupted, Interruption
from devstack.privileges import NoUnprivilegedAccount
from devstack.server import ServerDidNotStart
from devstack.stack import Stack, StackFailed
from devstack.terminal import complain, say


def main() -> int:
    """Run the stack; 0 after a stop that was asked for, 1 if it did not come up."""
    parser = argparse.ArgumentParser(prog="devstack.run", description=__doc__)
    parser.add_argument("--logs", action="store_true", help="show the logs in the terminal too")
    shows_logs = parser.parse_args().logs
    try:
        with stack_file.only_supervisor(paths.DEV):
            return _run(paths.DEV, shows_logs=shows_logs)
    except stack_file.AlreadyRuns:
        running = stack_file.read(paths.STACK_FILE)
        where = running["base_url"] if running else "it has not finished starting"
        complain(f"A stack already runs in this clone: {where}\nStop it with Ctrl-C there.")
        return 1


def _run(dev: Path, *, shows_logs: bool) -> int:
    interruption = Interruption()
    interruption.listen()
    stack = Stack(dev, interruption, started=_started(), shows_logs=shows_logs)
    try:
        stack.up()
        stack.look_after()
    except (StackFailed, ServerDidNotStart, NoUnprivilegedAccount) as failure:
        complain(f"\n{failure}")
        return 1
    except Interrupted:
        pass
    finally:
        say("Stopping ...")
        stack.down()
        say("Everything is stopped.")
    return 0


def _started() -> float:
    """Return when `make` was called, so that the seconds shown include the installation."""
    try:
        return float(environ["DEVSTACK_STARTED_AT"])
    except (KeyError, ValueError):
        return time.time()


if __name__ == "__main__":
    sys.exit(main())
