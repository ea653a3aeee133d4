"""``manage.py notifications``: see, make, change and try out our accounts at push services."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.kernel.errors import AppError
from apps.notifications import selectors, services
from apps.notifications.types import PushService

_ROW = "{:<20} {:<9} {:<8} {:<9} {}"


class Command(BaseCommand):
    """Operate the accounts at push services; their secrets are never shown."""

    help = "Operate our accounts at push services."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("accounts", help="Print every account.")
        adding = actions.add_parser("add", help="Make an account.")
        adding.add_argument("name")
        adding.add_argument("service", choices=PushService.values)
        adding.add_argument("--default", action="store_true", help="New devices get this one.")
        changing = actions.add_parser("update", help="Change what is named.")
        rotating = actions.add_parser("rotate", help="Give an account another key.")
        testing = actions.add_parser("test", help="Show the service our keys; send nobody a thing.")
        for each in (changing, rotating, testing):
            each.add_argument("name")
        changing.add_argument("--default", action="store_true", help="New devices get this one.")
        state = changing.add_mutually_exclusive_group()
        state.add_argument("--enable", action="store_true")
        state.add_argument("--disable", action="store_true")
        for each in (adding, rotating):
            each.add_argument(
                "--secret-file",
                help="The service account's JSON, or the key in PEM; - for standard input. "
                "Web Push makes its own where none is given.",
            )
        for each in (adding, changing, rotating):
            each.add_argument(
                "--set",
                action="append",
                default=[],
                metavar="NAME=VALUE",
                help="A setting, such as team_id=ABCDE12345 (repeatable).",
            )

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        try:
            run(options)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error

    def _accounts(self, options: dict[str, Any]) -> None:
        self.stdout.write(_ROW.format("NAME", "SERVICE", "DEFAULT", "ENABLED", "ALARM"))
        for account in selectors.provider_accounts():
            marks = ("yes" if mark else "" for mark in (account.is_default, account.is_enabled))
            self.stdout.write(_ROW.format(account.name, account.service, *marks, account.alarm))

    def _add(self, options: dict[str, Any]) -> None:
        services.create_account(
            name=options["name"],
            service=options["service"],
            config=_settings(options),
            secret=_secret(options),
            is_default=options["default"],
        )
        self.stdout.write(f"{options['name']} is made.")
        self._tell_public_key(options["name"])
        self.stdout.write(f"Then: manage.py notifications test {options['name']}")

    def _update(self, options: dict[str, Any]) -> None:
        is_enabled = True if options["enable"] else False if options["disable"] else None
        services.update_account(
            name=options["name"],
            config=_settings(options) or None,
            is_enabled=is_enabled,
            is_default=options["default"] or None,
        )
        self.stdout.write(f"{options['name']} is changed.")

    def _rotate(self, options: dict[str, Any]) -> None:
        secret = _secret(options)
        if not secret:
            raise CommandError("Name the new key with --secret-file.")
        services.rotate_account_secret(
            name=options["name"], secret=secret, config=_settings(options)
        )
        self.stdout.write(f"{options['name']} has another key.")
        self._tell_public_key(options["name"])

    def _test(self, options: dict[str, Any]) -> None:
        check = services.check_account(name=options["name"])
        if not check.is_good:
            raise CommandError(check.said)
        self.stdout.write(self.style.SUCCESS(f"{options['name']} works: {check.said}"))

    def _tell_public_key(self, name: str) -> None:
        account = selectors.provider_accounts().get(name=name)
        if key := account.config.get("public_key"):
            self.stdout.write(f"Browsers subscribe with applicationServerKey {key}")


def _settings(options: dict[str, Any]) -> dict[str, str]:
    settings = {}
    for told in options["set"]:
        name, separator, value = told.partition("=")
        if not separator:
            raise CommandError(f"--set takes NAME=VALUE, not {told!r}.")
        settings[name] = value
    return settings


def _secret(options: dict[str, Any]) -> str:
    source = options["secret_file"]
    if source is None:
        return ""
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"The secret cannot be read: {error.strerror}.") from error
