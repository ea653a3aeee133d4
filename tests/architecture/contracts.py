"""The import contract that import-linter lacks: another app is entered only by its doors."""

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from typing_extensions import override

_Import = tuple[str, str]


class DoorsContract(Contract):
    """Modules of one app may import another app's door modules, and nothing else of it.

    ``doors`` names the modules (or packages) by which an app is entered; ``open_apps`` are
    vocabulary, entered anywhere.
    """

    type_name = "doors"

    open_apps = fields.SetField(subfield=fields.StringField(), required=False, default=())
    doors = fields.SetField(subfield=fields.StringField())

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        trespasses = sorted(
            (importer, imported)
            for importer, imported in _imports_between_apps(graph)
            if not self._is_allowed(imported)
        )
        lines = {pair: _lines_of(graph, pair) for pair in trespasses}
        return ContractCheck(kept=not trespasses, metadata={"trespasses": lines})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        for (importer, imported), line_numbers in check.metadata["trespasses"].items():
            output.print_error(f"{importer} -> {imported} (l.{line_numbers})", bold=False)
        doors = ", ".join(sorted(str(door) for door in self._words(self.doors)))
        output.print_error(f"Enter another app by one of its doors: {doors}.")
        output.new_line()

    def _is_allowed(self, imported: str) -> bool:
        _, app, *rest = imported.split(".")
        if app in self._words(self.open_apps):
            return True
        return bool(rest) and rest[0] in self._words(self.doors)

    @staticmethod
    def _words(option: object) -> frozenset[str]:
        """Return an option's value; import-linter puts it in the place of the field."""
        assert isinstance(option, (set, tuple))
        return frozenset(option)


def _imports_between_apps(graph: ImportGraph) -> Iterator[_Import]:
    for importer in graph.modules:
        if not importer.startswith("apps."):
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            if imported.startswith("apps.") and _app_of(imported) != _app_of(importer):
                yield importer, imported


def _app_of(module: str) -> str:
    return module.split(".")[1]


def _lines_of(graph: ImportGraph, pair: _Import) -> str:
    details = graph.get_import_details(importer=pair[0], imported=pair[1])
    return ", l.".join(str(detail["line_number"]) for detail in details)
