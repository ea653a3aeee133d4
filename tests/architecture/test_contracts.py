"""The import contracts hold, and each is seen to bite on a violation planted in a copy."""

from pathlib import Path

import pytest

from tests.architecture.planted import ROOT, PlantedTree, contract_settings

# contract, module, what it imports, and how the complaint names it.
VIOLATIONS = [
    ("floors", "apps/kernel/thing.py", "import apps.events.types", "apps.events"),
    ("floors", "apps/health/selectors.py", "import apps.observability.types", "observability"),
    ("rooms", "apps/events/services.py", "from apps.events import tasks", "apps.events.tasks"),
    ("rooms", "apps/events/types.py", "from apps.events import models", "apps.events.models"),
    ("doors", "apps/buildings/selectors.py", "import apps.accounts.models", "apps.accounts.models"),
    ("doors", "apps/buildings/tasks.py", "import apps.accounts", "apps.buildings.tasks"),
    ("no-http", "apps/buildings/services/units.py", "import rest_framework", "rest_framework"),
    ("no-http", "apps/buildings/models.py", "from channels import db", "channels"),
    ("acyclic", "apps/events/types.py", "import apps.events.ports", "events"),
    ("no-config", "apps/kernel/thing.py", "import config", "apps.kernel.thing -> config"),
]
# What the violations import, so that an import is an edge of the graph.
OFFERS = {
    "apps/accounts/models.py": "",
    "apps/accounts/services.py": "",
    "apps/events/models.py": "",
    "apps/events/ports.py": "import apps.events.types",
    "apps/events/tasks.py": "",
    "apps/events/types.py": "",
    "apps/observability/types.py": "",
}


@pytest.fixture
def tree(tmp_path: Path) -> PlantedTree:
    planted = PlantedTree.grown_in(tmp_path)
    for path, source in OFFERS.items():
        planted.plant(path, source)
    return planted


def test_the_project_keeps_its_contracts() -> None:
    verdict = PlantedTree(ROOT).lint()

    assert verdict.succeeded, verdict.text


def test_a_clean_tree_keeps_the_contracts(tree: PlantedTree) -> None:
    verdict = tree.lint()

    assert verdict.succeeded, verdict.text


@pytest.mark.parametrize(("contract", "path", "source", "named"), VIOLATIONS)
def test_a_planted_violation_breaks_its_contract(
    tree: PlantedTree, contract: str, path: str, source: str, named: str
) -> None:
    tree.plant(path, source)

    verdict = tree.lint()
    assert not verdict.succeeded
    assert verdict.has_broken(contract), verdict.text
    assert named in verdict.text


def test_every_contract_has_a_planted_violation() -> None:
    contracts = {contract["id"] for contract in contract_settings()["contracts"]}

    assert {violation[0] for violation in VIOLATIONS} == contracts


def test_an_app_without_a_floor_breaks_the_build(tree: PlantedTree) -> None:
    tree.plant("apps/stray/__init__.py", "")

    verdict = tree.lint()

    assert verdict.has_broken("floors"), verdict.text
    assert "apps.stray" in verdict.text


@pytest.mark.parametrize(
    "source",
    [
        "import apps.accounts.services",
        "from apps.accounts import services",
        "from apps.kernel import anything",
        "from apps.api.pagination import Keyset",
    ],
)
def test_doors_and_open_apps_may_be_entered(tree: PlantedTree, source: str) -> None:
    tree.plant("apps/kernel/anything.py", "")
    tree.plant("apps/api/pagination.py", "class Keyset: ...")
    tree.plant("apps/buildings/admin.py", source)

    verdict = tree.lint()

    assert verdict.succeeded, verdict.text
