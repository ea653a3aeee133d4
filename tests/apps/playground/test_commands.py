"""The first commands are ones that a shell can read."""

import shlex

from apps.playground.commands import first_commands


def test_every_command_reaches_the_running_stack() -> None:
    for command in first_commands("http://127.0.0.1:8000"):
        words = shlex.split(command)
        assert "curl" in words
        assert any(word.startswith("http://127.0.0.1:8000/") for word in words)
