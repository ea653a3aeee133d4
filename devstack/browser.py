"""The system's own Chromium, in which an operator looks at the admin of a running stack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Request, Response, sync_playwright

Theme = Literal["light", "dark"]

PHONE = 390
DESKTOP = 1300
HEIGHT = 844
# As Debian and others name it.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A page that is left takes back what it was still asking for.
_TAKEN_BACK = "net::ERR_ABORTED"


class NoChromium(Exception):
    """There is no Chromium on the path."""


@dataclass
class Tab:
    """One page of one width and theme, and what it complained of."""

    page: Page
    base_url: str
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str) -> list[str]:
        """Open a page, wait until it is quiet, and return what was wrong with it."""
        self.complaints.clear()
        self.page.goto(self.base_url + path, wait_until="networkidle")
        return [f"{path}: {complaint}" for complaint in self.flaws()]

    def flaws(self) -> list[str]:
        """Return what the present page has complained of, and whether it is too wide."""
        overflow = int(self.page.evaluate(_OVERFLOW))
        wide = [f"is {overflow} px wider than the window"] if overflow > 0 else []
        return [*self.complaints, *wide]

    def links(self, selector: str) -> list[str]:
        """Return where links of the present page lead, each once."""
        hrefs = self.page.eval_on_selector_all(selector, "all => all.map(a => a.pathname)")
        return list(dict.fromkeys(hrefs))

    def watch(self) -> None:
        """Note every console error, exception, failed request and refusal from now on."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"threw {error}"))
        self.page.on("requestfailed", self._on_failure)
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"logged {message.text}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != _TAKEN_BACK:
            self.complaints.append(f"{request.url} failed: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url} answered {response.status}")


@contextmanager
def tab_of(stack: Mapping[str, Any], *, width: int, theme: Theme) -> Iterator[Tab]:
    """Open Chromium, with the operator of a stack signed in; raises NoChromium."""
    with page_of(width=width, theme=theme) as page:
        tab = Tab(page, str(stack["base_url"]))
        _sign_in(page, stack)
        tab.watch()
        yield tab


@contextmanager
def page_of(*, width: int, theme: Theme) -> Iterator[Page]:
    """Open an empty page in Chromium; raises NoChromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(),
            # Without: as root, in a container without its own namespaces.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser.new_page(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        browser.close()


def _sign_in(page: Page, stack: Mapping[str, Any]) -> None:
    page.goto(f"{stack['base_url']}/admin/login/")
    page.fill("[name=username]", stack["admin_user"])
    page.fill("[name=password]", stack["admin_password"])
    page.click("form [type=submit]")
    page.wait_for_url("**/admin/")


def _chromium() -> Path:
    for program in PROGRAMS:
        found = shutil.which(program)
        if found:
            return Path(found)
    raise NoChromium("No chromium is on the path: apt-get install chromium")
