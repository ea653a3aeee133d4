"""The page of Mainstay's own management commands."""

import argparse
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser

from apps.kernel.reference.markdown import code, page, section, table


def commands_page() -> str:
    """Return every command of our own apps with its arguments."""
    ours = sorted((name, app) for name, app in get_commands().items() if app.startswith("apps."))
    return page(
        "Commands",
        "What `manage.py` does besides Django's own commands. Each answers `--help`.",
        *(_section(name, load_command_class(app, name)) for name, app in ours),
    )


def _section(name: str, command: BaseCommand) -> str:
    # A bare parser: without the options that Django gives to every command.
    parser = CommandParser()
    command.add_arguments(parser)
    rows = list(_rows(parser))
    return section(f"`{name}`", command.help, table(("Argument", "Meaning"), rows) if rows else "")


def _rows(parser: argparse.ArgumentParser, prefix: str = "") -> Iterator[tuple[str, str]]:
    for action in parser._actions:  # noqa: SLF001  argparse has no public list of its arguments
        if isinstance(action, argparse._HelpAction):  # noqa: SLF001  as above
            continue
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  as above
            yield from _rows_of_subcommands(action, prefix)
        else:
            yield code(f"{prefix}{_name(action)}"), action.help or ""


def _rows_of_subcommands(
    action: "argparse._SubParsersAction[argparse.ArgumentParser]", prefix: str
) -> Iterator[tuple[str, str]]:
    helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001  as above
    for name, parser in action.choices.items():
        yield code(f"{prefix}{name}"), helps.get(name, "")
        yield from _rows(parser, prefix=f"{prefix}{name} ")


def _name(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices is not None:
        value = "{" + ",".join(str(choice) for choice in action.choices) + "}"
    if not action.option_strings:
        return value
    return action.option_strings[-1] + ("" if action.nargs == 0 else f" {value}")
