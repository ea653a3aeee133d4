"""openapi-typescript makes types of the OpenAPI document, and a strict client compiles on them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from devstack import paths

pytestmark = pytest.mark.system

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"
STRICT = ("--noEmit", "--strict", "--module", "nodenext", "--target", "es2022")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated types beside the client that uses them."""
    folder = tmp_path_factory.mktemp("typed-client")
    document = paths.ROOT / "docs" / "reference" / "openapi.yaml"
    made = run(TOOLS / "openapi-typescript", document, "--output", folder / "schema.d.ts")
    assert made.returncode == 0, made.stderr
    shutil.copy(HERE / "typed_client.ts", folder)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    return folder


def test_a_client_compiles_on_the_types(project: Path) -> None:
    compiled = run(TOOLS / "tsc", *STRICT, project / "typed_client.ts")

    assert compiled.returncode == 0, compiled.stdout


def test_a_client_that_misspells_a_field_does_not_compile(project: Path) -> None:
    source = (project / "typed_client.ts").read_text()
    wrong = project / "misspelled_client.ts"
    wrong.write_text(source.replace("building.name", "building.nmae"))

    compiled = run(TOOLS / "tsc", *STRICT, wrong)

    assert "Property 'nmae' does not exist" in compiled.stdout


def run(*command: object) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False)
