"""Requests on two phones in a real browser: edited offline, synced, and decided where they met."""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from devstack.browser import DESKTOP, PHONE, Tab, tab_of
from tests.system.clone import Clone
from tests.system.test_phones_in_a_browser import PATIENCE_MS, part, phone_of

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


@pytest.fixture
def tab(shared_clone: Clone) -> Iterator[Tab]:
    with tab_of(shared_clone.stack(), width=PHONE, theme="light") as tab:
        yield tab


def reported(page: Page, title: str) -> str:
    """Report what nobody has reported before, and return the id under which the copy shows it."""
    title = f"{title}, {secrets.token_hex(4)}"
    page.get_by_label("What is broken?").fill(title)
    page.get_by_role("button", name="Report").click()
    line = part(page, "requests").locator("> li", has_text=title)
    expect(line).to_be_visible(timeout=PATIENCE_MS)
    return line.get_attribute("data-request") or ""


def shown(page: Page, request: str) -> Locator:
    """Return the line of a request."""
    return page.locator(f"[data-request='{request}']")


def edit(page: Page, request: str, **values: str) -> None:
    """Change a request on a phone, whether or not it has a line."""
    line = shown(page, request)
    line.locator("summary").click()
    for name, value in values.items():
        line.get_by_label(name.capitalize()).fill(value)
    line.get_by_role("button", name="Save").click()


def edit_online(page: Page, request: str, **values: str) -> None:
    """Change a request on a phone, and wait until the house has heard of it."""
    with page.expect_response("**/api/v1/sync/push", timeout=PATIENCE_MS):
        edit(page, request, **values)


def go(page: Page, where: str) -> None:
    """Take a phone off the net, or back."""
    page.get_by_role("button", name=f"Go {where}").click()
    text = "Offline" if where == "offline" else "Live"
    expect(part(page, "line")).to_have_text(text, timeout=PATIENCE_MS)


def test_different_edits_offline_and_online_meet_on_both_phones(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    request = reported(dana, "The cellar is wet")
    expect(shown(eli, request)).to_be_visible(timeout=PATIENCE_MS)

    go(dana, "offline")
    edit(dana, request, title="The cellar is flooded")
    expect(part(dana, "waiting")).to_have_text("1 waiting")
    expect(shown(dana, request)).to_contain_text("waits for the line")
    edit_online(eli, request, description="Since the storm.")
    expect(shown(eli, request)).to_contain_text("The cellar is wet")
    go(dana, "online")

    for phone in (dana, eli):
        line = shown(phone, request)
        expect(line).to_contain_text("The cellar is flooded", timeout=PATIENCE_MS)
        expect(line).to_contain_text("Since the storm.", timeout=PATIENCE_MS)
        expect(part(phone, "waiting")).to_be_hidden()
    assert not tab.complaints


@pytest.mark.parametrize(
    ("button", "chosen"),
    [("Keep mine", "It drips from above."), ("Keep theirs", "The pipe leaks.")],
)
def test_conflict_shows_both_versions_and_both_phones_what_was_chosen(
    tab: Tab, button: str, chosen: str
) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    request = reported(dana, "The attic is wet")
    expect(shown(eli, request)).to_be_visible(timeout=PATIENCE_MS)

    go(dana, "offline")
    edit(dana, request, description="It drips from above.")
    edit_online(eli, request, description="The pipe leaks.")
    go(dana, "online")
    line = shown(dana, request)
    expect(line).to_have_attribute("data-state", "conflict", timeout=PATIENCE_MS)
    expect(line.locator("[data-side=mine]")).to_contain_text("It drips from above.")
    expect(line.locator("[data-side=theirs]")).to_contain_text("The pipe leaks.")
    line.get_by_role("button", name=button).click()

    for phone in (dana, eli):
        line = shown(phone, request)
        expect(line).to_have_attribute("data-state", "settled", timeout=PATIENCE_MS)
        expect(line.locator("> p")).to_have_text(chosen, timeout=PATIENCE_MS)
    assert not tab.complaints


def test_edit_that_waits_outlives_a_reload(tab: Tab) -> None:
    dana, eli = phone_of(tab, "dana"), phone_of(tab, "eli")
    request = reported(dana, "The roof is wet")
    expect(shown(eli, request)).to_be_visible(timeout=PATIENCE_MS)
    go(dana, "offline")
    edit(dana, request, title="The roof leaks")
    expect(part(dana, "waiting")).to_have_text("1 waiting")
    expect(shown(eli, request)).to_contain_text("The roof is wet")

    dana.reload()

    expect(shown(eli, request)).to_contain_text("The roof leaks", timeout=PATIENCE_MS)
    expect(part(dana, "waiting")).to_be_hidden(timeout=PATIENCE_MS)
    assert not tab.complaints


def test_copies_fit_side_by_side(shared_clone: Clone) -> None:
    with tab_of(shared_clone.stack(), width=DESKTOP, theme="dark") as tab:
        tab.page.goto(f"{tab.base_url}/playground/phones/")
        for frame in tab.page.locator("iframe").all():
            lines = frame.content_frame.locator("[data-part=requests] > li")
            expect(lines.first).to_be_visible(timeout=PATIENCE_MS)

        assert not tab.flaws()
