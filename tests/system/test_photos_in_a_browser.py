"""Photos between two phones in a real browser: progress, a cut, a thumbnail, and a virus."""

import re
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from devstack.browser import DESKTOP, PHONE, Tab, tab_of
from tests.system.clone import Clone
from tests.system.test_phones_in_a_browser import PATIENCE_MS, part, phone_of

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

UPLOADS = "**/api/v1/uploads/*"
# A drawn photo is of many more.
PIECES = 2
IS_SHOWN = "image => image.complete && image.naturalWidth > 0"
AT_PART = r"\([1-9]\d? %\)"


@pytest.fixture
def tab(shared_clone: Clone) -> Iterator[Tab]:
    with tab_of(shared_clone.stack(), width=PHONE, theme="light") as tab:
        yield tab


def newest(page: Page) -> Locator:
    """Return the file that a phone shows at the top."""
    return part(page, "files").locator("li").first


def expect_pictures(line: Locator) -> None:
    """Wait for the thumbnail and three sizes, and see that each of them is a picture."""
    images = line.locator("img")
    expect(images).to_have_count(4, timeout=PATIENCE_MS)
    for image in images.all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate(IS_SHOWN)


def stop_in_the_middle(page: Page) -> None:
    """Let some pieces of an upload through and none after them, until the line is free again."""
    pieces = count()

    def decide(route: Route) -> None:
        if route.request.method != "PATCH" or next(pieces) < PIECES:
            route.continue_()

    page.route(UPLOADS, decide)


def is_beginning(response: Response) -> bool:
    """Tell whether an upload was begun."""
    return response.request.method == "POST" and response.url.endswith("/api/v1/uploads/")


def test_photo_that_was_cut_goes_on_and_is_seen_on_the_other_phone(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    stop_in_the_middle(dana)

    dana.get_by_role("button", name="Draw one and send it").click()
    told = newest(dana).locator("span")
    expect(told).to_contain_text(re.compile(AT_PART), timeout=PATIENCE_MS)
    expect(newest(eli)).to_contain_text("is on its way", timeout=PATIENCE_MS)
    part(dana, "offline").click()
    expect(told).to_contain_text(re.compile(f"waits for the line {AT_PART}"), timeout=PATIENCE_MS)
    expect(part(dana, "line")).to_have_text("Offline", timeout=PATIENCE_MS)
    dana.unroute(UPLOADS)
    part(dana, "offline").click()

    for phone in (dana, eli):
        expect(newest(phone)).to_contain_text("evening.jpg", timeout=PATIENCE_MS)
        expect(newest(phone)).to_have_attribute("data-state", "clean", timeout=PATIENCE_MS)
        expect_pictures(newest(phone))
    assert not [each for each in tab.complaints if "ERR_ABORTED" not in each]


def test_virus_is_refused_on_both_phones(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")

    dana.get_by_role("button", name="Send a test virus").click()

    for phone in (dana, eli):
        expect(newest(phone)).to_contain_text("invoice.txt", timeout=PATIENCE_MS)
        expect(newest(phone)).to_have_attribute("data-state", "infected", timeout=PATIENCE_MS)
        expect(newest(phone)).to_contain_text("is refused")
        expect(newest(phone).locator("img")).to_have_count(0)
    assert not tab.complaints


def test_photos_are_there_after_a_reload_and_fit(shared_clone: Clone) -> None:
    with tab_of(shared_clone.stack(), width=DESKTOP, theme="dark") as tab:
        tab.page.goto(f"{tab.base_url}/playground/phones/")
        dana = tab.page.locator("iframe").first.content_frame
        expect(dana.locator("[data-part=line]")).to_have_text("Live", timeout=PATIENCE_MS)
        with tab.page.expect_response(is_beginning, timeout=PATIENCE_MS):
            dana.get_by_role("button", name="Draw one and send it").click()
        expect(dana.locator("[data-part=files] li").first.locator("img")).to_have_count(
            4, timeout=PATIENCE_MS
        )

        tab.page.reload()

        expect(dana.locator("[data-part=files] li").first.locator("img")).to_have_count(
            4, timeout=PATIENCE_MS
        )
        assert not tab.flaws()
