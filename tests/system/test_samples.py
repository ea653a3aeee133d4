"""The samples of docs/how-to that are JavaScript suit the SDKs' own types."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from devstack import paths

pytestmark = pytest.mark.system

HERE = Path(__file__).parent
STRICT = ("--noEmit", "--strict", "--target", "es2022")
# As Metro and the bundlers of browsers look for modules.
BUNDLED = ("--module", "esnext", "--moduleResolution", "bundler")
# Samples name no types, for they are JavaScript.
PLAIN = (
    *("--allowJs", "--checkJs", "--skipLibCheck", "--noImplicitAny", "false"),
    *("--useUnknownInCatchVariables", "false"),
)
# Each with a name of its SDK, and what it is not called.
PAGES = {
    "listen-live-in-a-browser": ("({ recovered })", "({ isRecovered })"),
    "listen-live-in-react-native": ("({ recovered })", "({ isRecovered })"),
    "sync-with-watermelondb": ("({ lastPulledAt, ", "({ isPulled, "),
}


@pytest.mark.parametrize("page", PAGES)
def test_sample_suits_the_types_of_the_sdk(page: str, tmp_path: Path) -> None:
    compiled = checked(sample_of(page), tmp_path)

    assert compiled.returncode == 0, compiled.stdout


@pytest.mark.parametrize("page", PAGES)
def test_sample_that_misnames_something_would_be_found(page: str, tmp_path: Path) -> None:
    right, wrong = PAGES[page]

    compiled = checked(sample_of(page).replace(right, wrong), tmp_path)

    assert "does not exist on type" in compiled.stdout


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
    command = [str(compiler), *STRICT, *BUNDLED, *PLAIN, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)
