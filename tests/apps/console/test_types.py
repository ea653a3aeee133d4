"""A window counts its steps."""

from datetime import timedelta

from apps.console.types import Window
from apps.kernel.clock import now


def test_window_counts_its_steps() -> None:
    until = now()

    window = Window(since=until - timedelta(hours=1), until=until, step=timedelta(minutes=1))

    assert window.steps == 60
