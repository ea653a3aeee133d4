"""Every command of ours is documented with its arguments, also those of subcommands."""

from apps.kernel.reference.commands import commands_page


def test_commands_are_told_with_their_arguments() -> None:
    text = commands_page()

    assert "## `docs`" in text
    assert "| `--check` |" in text
    assert "| `events replay --from START` |" in text.replace("`replay", "`events replay")


def test_commands_of_django_and_their_options_are_left_to_django() -> None:
    text = commands_page()

    assert "migrate" not in [line.strip("# `") for line in text.splitlines()]
    assert "--verbosity" not in text
