"""``manage.py new_app``: a new app in the house style, with tests that pass."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from apps.kernel.floors import Floor, read_floors
from apps.kernel.scaffold.names import NameRefused, Names, check_names, singular
from apps.kernel.scaffold.placement import Place, PlaceRefused, above, beside, on
from apps.kernel.scaffold.writing import PYPROJECT, write_app

# Segments below /api/v1/ that are no apps.
ROUTES = frozenset({"docs", "errors", "schema"})


class Command(BaseCommand):
    """Writes one folder with its tests, and the two lines that make it part of the house."""

    help = "Scaffold an app: one resource with its API, events, admin and tests."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The app's folder and URL segment, such as house_keys.")
        parser.add_argument("--resource", help="What it holds; by default the singular of NAME.")
        parser.add_argument(
            "--floor", default="", help="An existing floor, or with --above what a new one is for."
        )
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--beside", metavar="APP", help="Stand on the floor of this app.")
        place.add_argument("--above", metavar="APP", help="Stand on a new floor above this app.")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = settings.BASE_DIR
        app, resource = options["name"], options["resource"] or singular(options["name"])
        try:
            place = _place(options, read_floors(root / PYPROJECT))
            check_names(app, resource, taken=_taken())
            names = Names(app=app, resource=resource, floor=place.purpose)
            created = write_app(root, names, place)
        except (NameRefused, PlaceRefused) as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        for path in created:
            self.stdout.write(f"wrote {path}")
        self.stdout.write(
            f"{app} stands on the floor {place.purpose!r}. Next: `make docs`, `make lint`, "
            f'`make test ARGS="tests/apps/{app} tests/cast tests/architecture"`.'
        )


def _place(options: dict[str, Any], floors: list[Floor]) -> Place:
    if options["above"]:
        return above(options["above"], options["floor"], floors)
    if options["beside"]:
        return beside(options["beside"], floors)
    if options["floor"]:
        return on(options["floor"], floors)
    raise PlaceRefused("Say where it stands: --beside APP, --above APP --floor TEXT, or --floor.")


def _taken() -> set[str]:
    return {config.label for config in apps.get_app_configs()} | ROUTES
