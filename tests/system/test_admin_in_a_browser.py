"""The admin in a real browser: at a phone's width and a desk's, light and dark, without a flaw."""

from collections.abc import Iterator

import pytest

from devstack.browser import DESKTOP, PHONE, Tab, Theme, tab_of
from tests.system.clone import Clone

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

START = "/admin/"
WHY = "/admin/realtime/connection/why/"
CONSOLE = "/admin/realtime/channel/console/"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A fresh clone whose stack two phones and a partner have used."""
    made = Clone(tmp_path_factory.mktemp("operator") / "mainstay")
    try:
        made.ready()
        journey = made.run("make", "journey")
        assert journey.returncode == 0, journey.stdout + journey.stderr
        yield made
    finally:
        made.stop()


def pages_of(tab: Tab) -> list[str]:
    """Return every page worth a look: lists, people, and what is asked before an action."""
    tab.visit(START)
    lists = [link for link in tab.links("#nav-sidebar a") if link.count("/") == 4]
    assert "/admin/webhooks/delivery/" in lists
    tab.visit("/admin/accounts/user/")
    people = tab.links("a[href$='/person/']")
    assert people
    questions = [f"{person}profile/disable/" for person in people[:1]]
    return [START, *lists, *people, *questions, *live_pages_of(tab)]


def live_pages_of(tab: Tab) -> list[str]:
    """Return pages of realtime: a room, a connection, why nothing was heard, and the console."""
    tab.visit("/admin/realtime/channel/?q=room:")
    rooms = tab.links("#result_list th a[href*=change]")
    tab.visit("/admin/realtime/connection/")
    connections = tab.links("#result_list th a[href*=change]")
    assert rooms
    assert connections
    asked = f"{WHY}?person={tab.page.locator('.field-user').first.inner_text()}&channel=x&number=1"
    return [rooms[0], connections[0], WHY, asked, CONSOLE]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_page_has_a_flaw(clone: Clone, width: int, theme: Theme) -> None:
    with tab_of(clone.stack(), width=width, theme=theme) as tab:
        flaws = [flaw for page in pages_of(tab) for flaw in tab.visit(page)]

    assert not flaws


def test_charts_are_drawn_and_read_by_keyboard(clone: Clone) -> None:
    with tab_of(clone.stack(), width=DESKTOP, theme="light") as tab:
        tab.visit(START)
        # Two rounds of samples, and the half minute that the last step takes to be whole.
        plot = tab.page.locator("#chart-sign_ins svg")
        plot.wait_for(timeout=90_000)
        plot.focus()
        plot.press("End")

        tip = tab.page.locator("#chart-sign_ins .console-tip").inner_text()

    assert "Sign-ins:" in tip
    assert not tab.complaints


def test_operator_disables_somebody_and_finds_it_in_the_timeline(clone: Clone) -> None:
    with tab_of(clone.stack(), width=PHONE, theme="dark") as tab:
        tab.visit("/admin/accounts/user/?q=ben-")
        tab.visit(tab.links("a[href$='/person/']")[0])
        tab.page.get_by_role("link", name="Disable").click()
        tab.page.get_by_label("Why?").fill("Lost their phone on a boat")
        tab.page.get_by_role("button", name="Disable").click()

        shown = tab.page.locator("#content").inner_text()

    assert "Lost their phone on a boat" in shown
    assert "Enable" in shown
    assert not tab.complaints


def test_console_hears_what_it_publishes_and_why_is_answered(clone: Clone) -> None:
    with tab_of(clone.stack(), width=PHONE, theme="light") as tab:
        tab.visit(CONSOLE)
        tab.page.get_by_role("button", name="Subscribe").click()
        lines = tab.page.locator("#realtime-lines li")
        lines.filter(has_text="subscribed by the server").wait_for()
        tab.page.get_by_role("button", name="Publish").click()
        lines.filter(has_text='{"text":"Hello"}').wait_for()
        event = lines.filter(has_text="published as event").inner_text().split()[-1]

        tab.visit(f"{WHY}?person={clone.stack()['admin_user']}&event={event}")
        answers = tab.page.locator(".realtime-explanation").inner_text()

    assert "Was it published? Yes" in answers
    assert "May they hear it? Yes" in answers
    assert not tab.complaints


def test_template_is_previewed_while_it_is_written(clone: Clone) -> None:
    with tab_of(clone.stack(), width=DESKTOP, theme="light") as tab:
        tab.visit("/admin/notifications/template/add/?key=buildings.request_resolved")
        hebrew = tab.page.locator(".notification-language", has_text="right to left")
        hebrew.locator("[data-platform=inbox]").wait_for()
        directions = hebrew.locator(".notification-title").evaluate_all(
            "all => all.map(a => a.dir)"
        )
        tab.page.fill("[name=texts-0-body]", "Please wait. " * 400)
        tab.page.locator("[data-state=over]").first.wait_for()
        refusal = tab.page.locator(".notification-findings").inner_text()

    assert directions == ["rtl"] * 5
    assert "carries 4,096 bytes" in refusal
    assert not tab.complaints
