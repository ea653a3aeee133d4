"""``manage.py cache``: see what the cache holds, clear, clean and warm it."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from typing_extensions import override

from apps.caching import selectors, services
from apps.caching.ports import namespaces
from apps.caching.types import LayerState, Storage
from apps.kernel.errors import AppError

_LAYER = "{:<8} {:>9} {:>12} {:>12} {:>5} {}"
_NAMESPACE = "{:<32} {:>12}  {}"


class Command(BaseCommand):
    """Show the layers, and look after them; memory is that of this command, so it is empty."""

    help = "Show the layers of the cache; clear a namespace, clean this host's files, warm it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("stats", help="Print how full the layers are, and what is popular.")
        clearing = actions.add_parser("clear", help="Forget everything of a namespace, everywhere.")
        clearing.add_argument("namespace", help="Its name, as `cache stats` shows it, or `all`.")
        clearing.add_argument("--reason", required=True, help="Why; told in the event log.")
        clearing.add_argument("--yes", action="store_true", help="Do not ask.")
        cleaning = actions.add_parser("clean", help="Remove what this host's folder need not hold.")
        cleaning.add_argument("--dry-run", action="store_true", help="Only tell what would go.")
        warming = actions.add_parser("warm", help="Make popular entries that are not fresh.")
        warming.add_argument("--limit", type=int, default=50, help="How many at most.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        try:
            run(options)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error
        except OSError as error:
            raise CommandError(f"The folder of files cannot be used: {error}") from error

    def _stats(self, options: dict[str, Any]) -> None:
        self.stdout.write(_LAYER.format("LAYER", "ENTRIES", "SIZE", "LIMIT", "USED", ""))
        for layer in selectors.layers():
            self.stdout.write(_layer_line(layer))
        last = selectors.storage()
        sizes = last.by_namespace if last else {}
        self.stdout.write("\n" + _NAMESPACE.format("NAMESPACE", "FILES", "WHAT"))
        for namespace in namespaces:
            size = _size(sizes.get(namespace.name, 0))
            self.stdout.write(_NAMESPACE.format(namespace.name, size, namespace.title))
        for each in selectors.popular(limit=10):
            self.stdout.write(f"popular: {each.namespace} {each.key} ({each.score:.0f})")

    def _clear(self, options: dict[str, Any]) -> None:
        wanted = options["namespace"]
        names = [each.name for each in namespaces] if wanted == "all" else [wanted]
        if not options["yes"] and not self._is_confirmed(wanted):
            raise CommandError("Nothing was changed.")
        for name in names:
            services.clear(namespace=name, reason=options["reason"])
            self.stdout.write(f"{name} is forgotten, and announced in the event log.")

    def _clean(self, options: dict[str, Any]) -> None:
        report = services.clean(is_dry_run=options["dry_run"])
        verb = "would be removed" if options["dry_run"] else "removed"
        for reason, removed in sorted(report.removed.items()):
            size = _size(removed.size_bytes)
            self.stdout.write(f"{reason}: {removed.files} files, {size} {verb}")
        self.stdout.write(_storage_line(report))

    def _warm(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{services.warm(limit=options['limit'])} entries made.")

    def _is_confirmed(self, name: str) -> bool:
        self.stdout.write(f"Everything remembered in {name} will have to be made anew.")
        try:
            return input("Type the namespace to go on: ").strip() == name
        except EOFError:
            raise CommandError("Nobody is there to answer; say --yes if it is meant.") from None


def _layer_line(layer: LayerState) -> str:
    return _LAYER.format(
        layer.name,
        f"{layer.entries:,}",
        _size(layer.size_bytes),
        _size(layer.limit_bytes),
        f"{100 * layer.share:.0f}%",
        "fails" if layer.is_resting else "",
    ).rstrip()


def _storage_line(report: Storage) -> str:
    return (
        f"{report.entries} files, {_size(report.size_bytes)} of {_size(report.limit_bytes)}; "
        f"{_size(report.free_bytes)} of disk free; {report.pressure}."
    )


def _size(size_bytes: int) -> str:
    return filesizeformat(size_bytes).replace("\xa0", " ")
