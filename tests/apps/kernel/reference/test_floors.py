"""The page of the floors shows the imports there really are."""

from pathlib import Path

import pytest

from apps.kernel.reference.floors import floors_page, floors_picture, imports_between_apps

PYPROJECT = """
[[tool.importlinter.contracts]]
id = "floors"
layers = [
  "shops",           # reference domain
  "mails | events",  # the middle
  "kernel",
]
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for app in ("shops", "mails", "events", "kernel"):
        folder = tmp_path / "apps" / app
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(f'"""What {app} is.\n\nAnd more."""')
        (folder / "apps.py").write_text("import apps.kernel.apps")
    (tmp_path / "apps/shops/services.py").write_text(
        "from apps.mails import services\nfrom apps.shops.models import Shop"
    )
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    return tmp_path


def test_imports_are_read_from_every_module_and_never_of_the_app_itself(tree: Path) -> None:
    assert imports_between_apps(tree) == {
        "shops": {"kernel", "mails"},
        "mails": {"kernel"},
        "events": {"kernel"},
        "kernel": set(),
    }


def test_every_app_has_its_row_with_floor_purpose_and_imports(tree: Path) -> None:
    rows = floors_page(tree).splitlines()

    assert "| reference domain | `shops` | What shops is. | `kernel`, `mails` |" in rows
    assert "| the middle | `mails` | What mails is. | `kernel` |" in rows
    assert "|  | `kernel` | What kernel is. |  |" in rows


def test_the_picture_is_complete_svg(tree: Path) -> None:
    text = floors_picture(tree)

    assert text.startswith("<svg ")
    assert text.rstrip().endswith("</svg>")
    assert all(f">{app}</text>" in text for app in ("shops", "mails", "events", "kernel"))
