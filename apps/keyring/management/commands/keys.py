"""``manage.py keys``: see the keys of the house, and move them through their life."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.kernel import clock
from apps.kernel.errors import AppError
from apps.keyring import selectors, services
from apps.keyring.types import KeySummary, Progress, Purpose, State

# Twice as long as a process may go without looking: afterwards no process meets an unknown key.
KNOWN_EVERYWHERE_SECONDS = 1.0

_ROW = "{:<18} {:<13} {:<12} {:<9} {}"
_PROGRESS = "{column}: {moved} of {before} moved, {left} left"


class Command(BaseCommand):
    """List the keys and take the steps of their life; their material is never shown."""

    help = "List the keys; add, activate, retire or revoke one; encrypt anew what they left."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="Print every key, oldest first.")
        _takes_purpose(listing, is_required=False)
        adding = actions.add_parser("add", help="Make the next key, known but not used yet.")
        _takes_purpose(adding, is_required=True)
        activating = actions.add_parser("activate", help="Let a next key sign and encrypt.")
        retiring = actions.add_parser("retire", help="Let the active key only verify and decrypt.")
        revoking = actions.add_parser("revoke", help="Refuse a key everywhere, for ever.")
        for step in (activating, retiring, revoking):
            step.add_argument("--kid", required=True, help="The key's id, as `keys list` shows it.")
        revoking.add_argument("--yes", action="store_true", help="Do not ask.")
        revoking.add_argument(
            "--force", action="store_true", help="Even if rows can be read with this key only."
        )
        anew = actions.add_parser("reencrypt", help="Leave nothing to keys that are retiring.")
        _takes_purpose(anew, is_required=False)
        anew.add_argument("--batch", type=int, default=500, help="Rows per transaction.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        try:
            run(options)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error

    def _list(self, options: dict[str, Any]) -> None:
        self.stdout.write(_ROW.format("PURPOSE", "KID", "ALGORITHM", "STATE", "SINCE"))
        for key in selectors.keys(purpose=_purpose(options)):
            since = f"{key.since:%Y-%m-%d %H:%M}"
            self.stdout.write(_ROW.format(key.purpose, key.kid, key.algorithm, key.state, since))

    def _add(self, options: dict[str, Any]) -> None:
        kid = services.add_key(purpose=Purpose(options["purpose"]))
        self.stdout.write(f"{kid} is the next {options['purpose']} key.")
        self.stdout.write(f"Then: manage.py keys activate --kid {kid}")

    def _activate(self, options: dict[str, Any]) -> None:
        key = selectors.key(kid=options["kid"])
        _wait_until_known(key)
        services.activate_key(kid=key.kid)
        self.stdout.write(f"{key.kid} is the active {key.purpose} key.")

    def _retire(self, options: dict[str, Any]) -> None:
        services.retire_key(kid=options["kid"])
        self.stdout.write(f"{options['kid']} only verifies and decrypts now.")

    def _revoke(self, options: dict[str, Any]) -> None:
        key = selectors.key(kid=options["kid"])
        if not options["yes"] and not self._is_confirmed(key):
            raise CommandError("Nothing was changed.")
        services.revoke_key(kid=key.kid, is_forced=options["force"])
        self.stdout.write(f"{key.kid} is refused everywhere now.")

    def _reencrypt(self, options: dict[str, Any]) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        last: dict[str, Progress] = {}
        for progress in services.reencrypt(purpose=_purpose(options), batch=options["batch"]):
            last[progress.column] = progress
            self.stdout.write(_PROGRESS.format(**asdict(progress)))
        if any(progress.left for progress in last.values()):
            raise CommandError(
                "Rows are left that others held, or that cannot be decrypted (the log names "
                "those); run it again."
            )

    def _is_confirmed(self, key: KeySummary) -> bool:
        self.stdout.write(
            f"What the {key.state} {key.purpose} key {key.kid} signed will be refused, and what "
            "it encrypted can never be read again."
        )
        try:
            return input("Type the key's id to go on: ").strip() == key.kid
        except EOFError:
            raise CommandError("Nobody is there to answer; say --yes if it is meant.") from None


def _takes_purpose(parser: ArgumentParser, *, is_required: bool) -> None:
    parser.add_argument(
        "--purpose", choices=Purpose.values, required=is_required, help="What the keys are for."
    )


def _purpose(options: dict[str, Any]) -> Purpose | None:
    return Purpose(options["purpose"]) if options["purpose"] else None


def _wait_until_known(key: KeySummary) -> None:
    age = (clock.now() - key.created_at).total_seconds()
    if key.state is State.NEXT and age < KNOWN_EVERYWHERE_SECONDS:
        time.sleep(KNOWN_EVERYWHERE_SECONDS - age)
