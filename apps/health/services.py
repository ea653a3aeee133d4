"""Writes of health: the flag of an instance that wants no more requests."""

from apps.health.drain import drain_flag


def start_draining() -> None:
    """Let every probe of this instance answer "unready" from now on."""
    flag = drain_flag()
    flag.parent.mkdir(parents=True, exist_ok=True)
    flag.touch()


def stop_draining() -> None:
    """Ask for requests again."""
    drain_flag().unlink(missing_ok=True)
