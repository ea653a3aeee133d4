"""The samples of docs/how-to/listen-live*.md that are JavaScript suit the SDK's own types."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from devstack import paths

pytestmark = pytest.mark.system

HERE = Path(__file__).parent
STRICT = ("--noEmit", "--strict", "--module", "nodenext", "--target", "es2022")
# Samples name no types, for they are JavaScript.
PLAIN = ("--allowJs", "--checkJs", "--noImplicitAny", "false", "--skipLibCheck")
PAGES = ("listen-live-in-a-browser", "listen-live-in-react-native")


@pytest.mark.parametrize("page", PAGES)
def test_sample_suits_the_types_of_the_sdk(page: str, tmp_path: Path) -> None:
    compiled = checked(sample_of(page), tmp_path)

    assert compiled.returncode == 0, compiled.stdout


@pytest.mark.parametrize("page", PAGES)
def test_sample_that_misnames_something_would_be_found(page: str, tmp_path: Path) -> None:
    wrong = sample_of(page).replace("({ recovered })", "({ isRecovered })")

    compiled = checked(wrong, tmp_path)

    assert "Property 'isRecovered' does not exist" in compiled.stdout


def sample_of(page: str) -> str:
    """Return the code of a page."""
    text = (paths.ROOT / "docs" / "how-to" / f"{page}.md").read_text()
    [code] = re.findall(r"^```js\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(code)


def checked(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile code beside the SDK and what an app has of its own."""
    shutil.copy(HERE / "samples.d.ts", folder)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "sample.mjs").write_text(code)
    compiler = HERE / "node_modules" / ".bin" / "tsc"
    files = [str(folder / name) for name in ("sample.mjs", "samples.d.ts")]
    command = [str(compiler), *STRICT, *PLAIN, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)
