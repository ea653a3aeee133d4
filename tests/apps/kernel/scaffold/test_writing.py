"""A new app is written whole, or not at all."""

import ast
from pathlib import Path

import pytest

from apps.kernel.scaffold.names import NameRefused, Names
from apps.kernel.scaffold.placement import Place, PlaceRefused
from apps.kernel.scaffold.writing import INSTALLED, PYPROJECT, rendered, write_app

NAMES = Names(app="house_keys", resource="house_key", floor="reference domain")
PLACE = Place(neighbour="shops", purpose="reference domain", is_new_floor=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / PYPROJECT).write_text('id = "floors"\nlayers = [\n  "shops",  # domain\n]\n')
    (tmp_path / INSTALLED).parent.mkdir(parents=True)
    (tmp_path / INSTALLED).write_text('APPS = [\n    "apps.shops",\n]\n')
    return tmp_path


def _files(root: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_every_template_becomes_a_file_without_placeholders() -> None:
    files = rendered(NAMES)

    assert Path("apps/house_keys/services.py") in files
    assert Path("tests/apps/house_keys/api/test_views.py") in files
    assert Path("tests/factories/house_keys.py") in files
    assert not [path for path, text in files.items() if "${" in text]


def test_every_module_is_valid_python() -> None:
    for path, text in rendered(NAMES).items():
        if path.suffix == ".py":
            ast.parse(text, filename=str(path))


def test_no_docstring_is_too_long_for_the_longest_names() -> None:
    longest = Names(app="a" * 23 + "s", resource="a" * 23, floor="reference domain")

    lines = [line for text in rendered(longest).values() for line in text.splitlines()]
    assert not [line for line in lines if '"""' in line and len(line) > 100]


def test_the_app_and_its_two_lines_are_written(tree: Path) -> None:
    created = write_app(tree, NAMES, PLACE)

    assert created == sorted(rendered(NAMES))
    assert all((tree / path).is_file() for path in created)
    assert '"shops | house_keys",  # domain' in (tree / PYPROJECT).read_text()
    assert '    "apps.house_keys",\n' in (tree / INSTALLED).read_text()


def test_nothing_is_written_over(tree: Path) -> None:
    (tree / "tests/factories").mkdir(parents=True)
    (tree / "tests/factories/house_keys.py").write_text("precious")
    before = _files(tree)

    with pytest.raises(NameRefused, match=r"tests/factories/house_keys\.py"):
        write_app(tree, NAMES, PLACE)

    assert _files(tree) == before


def test_nothing_is_written_where_the_place_is_refused(tree: Path) -> None:
    (tree / INSTALLED).write_text("APPS = []\n")
    before = _files(tree)

    with pytest.raises(PlaceRefused):
        write_app(tree, NAMES, PLACE)

    assert _files(tree) == before
