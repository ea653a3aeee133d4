"""The page of the push services in a real browser: as phones would show it, without a flaw."""

import pytest
from playwright.sync_api import Locator, Page, expect

from devstack.browser import DESKTOP, PHONE, Tab, Theme, page_of
from devstack.push import samples
from devstack.push.services import PushServices

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000


def _open(page: Page, services: PushServices) -> Tab:
    tab = Tab(page, services.url)
    tab.watch()
    page.goto(f"{services.url}/")
    page.locator(".push").first.wait_for()
    return tab


def _receive(services: PushServices) -> None:
    for push in samples.pushes():
        services.journal.write(push)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pushes_are_drawn_without_a_flaw(
    width: int, theme: Theme, push_services: PushServices
) -> None:
    _receive(push_services)

    with page_of(width=width, theme=theme) as page:
        tab = _open(page, push_services)
        drawn = page.locator(".push").count()
        flaws = tab.flaws()

    assert (drawn, flaws) == (len(samples.pushes()), [])


def test_hebrew_stands_on_the_right_and_english_on_the_left(push_services: PushServices) -> None:
    _receive(push_services)

    with page_of(width=PHONE, theme="light") as page:
        _open(page, push_services)
        hebrew, english = page.locator("[data-platform=web] article").all()
        gaps = [_gaps(card) for card in (hebrew, english)]

    (left_of_hebrew, right_of_hebrew), (left_of_english, right_of_english) = gaps
    assert right_of_hebrew < left_of_hebrew
    assert left_of_english < right_of_english


def test_newer_push_of_a_kind_takes_the_place_of_the_older_and_all_can_be_cleared(
    push_services: PushServices,
) -> None:
    _receive(push_services)
    lamp = "[data-platform=ios] [data-collapse=request-7]"

    with page_of(width=DESKTOP, theme="light") as page:
        tab = _open(page, push_services)
        _receive(push_services)
        page.reload()
        expect(page.locator(lamp)).to_have_count(1, timeout=PATIENCE_MS)
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(".push")).to_have_count(0, timeout=PATIENCE_MS)
        flaws = tab.flaws()

    assert not flaws
    assert push_services.journal.pushes() == []


def _gaps(card: Locator) -> tuple[float, float]:
    """Return how far a card's icon is from the card's left and right edge."""
    icon, whole = card.locator(".icon").bounding_box(), card.bounding_box()
    assert icon is not None
    assert whole is not None
    left = icon["x"] - whole["x"]
    return left, whole["width"] - left - icon["width"]
