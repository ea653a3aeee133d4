"""Two phones in a real browser: presence, a live room, an inbox, and pushes that they decrypt."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from devstack.browser import DESKTOP, HEIGHT, PHONE, Tab, tab_of
from tests.system.clone import Clone

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

PATIENCE_MS = 60_000


@pytest.fixture
def tab(shared_clone: Clone) -> Iterator[Tab]:
    with tab_of(shared_clone.stack(), width=PHONE, theme="dark") as tab:
        yield tab


def phone_of(tab: Tab, name: str) -> Page:
    """Open somebody's phone in a browser window of its own, and wait until it is live."""
    assert tab.page.context.browser is not None
    page = tab.page.context.browser.new_page(viewport={"width": PHONE, "height": HEIGHT})
    Tab(page, tab.base_url, tab.complaints).watch()
    page.goto(f"{tab.base_url}/playground/phones/{name}/")
    expect(part(page, "line")).to_have_text("Live", timeout=PATIENCE_MS)
    return page


def part(page: Page, name: str) -> Locator:
    """Return a part of a phone's page."""
    return page.locator(f"[data-part={name}]")


def test_report_on_one_phone_reaches_the_other_in_every_way(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    expect(part(dana, "presence")).to_contain_text("Eli Example", timeout=PATIENCE_MS)
    expect(part(eli, "presence")).to_contain_text("Dana Demo", timeout=PATIENCE_MS)

    dana.get_by_label("What is broken?").fill("The stairs creak")
    dana.get_by_role("button", name="Report").click()

    expect(part(eli, "room")).to_contain_text(
        "Dana Demo reported “The stairs creak”", timeout=PATIENCE_MS
    )
    expect(part(eli, "pushes")).to_contain_text("The stairs creak", timeout=PATIENCE_MS)
    expect(part(eli, "inbox")).to_contain_text("The stairs creak", timeout=PATIENCE_MS)
    assert not tab.complaints


def test_person_who_leaves_is_gone_from_the_other_phone(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    expect(part(dana, "presence")).to_contain_text("Eli Example", timeout=PATIENCE_MS)

    eli.close()

    expect(part(dana, "presence")).not_to_contain_text("Eli Example", timeout=PATIENCE_MS)


def test_phone_in_hebrew_is_told_in_hebrew_from_right_to_left(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    with eli.expect_response("**/api/v1/accounts/me/"):
        part(eli, "language").select_option("he")

    dana.get_by_label("What is broken?").fill("A window is stuck")
    dana.get_by_role("button", name="Report").click()

    push = part(eli, "pushes").locator("li", has_text="A window is stuck")
    expect(push).to_have_attribute("dir", "rtl", timeout=PATIENCE_MS)
    expect(push).to_contain_text("פנייה חדשה", timeout=PATIENCE_MS)


def test_both_fit_side_by_side(shared_clone: Clone) -> None:
    with tab_of(shared_clone.stack(), width=DESKTOP, theme="light") as tab:
        # Their sockets and streams stay open, so the network is never quiet.
        tab.page.goto(f"{tab.base_url}/playground/phones/")
        for frame in tab.page.locator("iframe").all():
            line = frame.content_frame.locator("[data-part=line]")
            expect(line).to_have_text("Live", timeout=PATIENCE_MS)

        assert not tab.flaws()
