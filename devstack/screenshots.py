"""`make screenshots`: takes the pictures of the admin in docs/images/, with made-up figures."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from playwright.sync_api import Locator

from devstack import paths, stack_file, system
from devstack.browser import DESKTOP, PHONE, Tab, Theme, tab_of
from devstack.push import samples
from devstack.push.listening import in_thread
from devstack.push.services import PushServices
from devstack.terminal import complain, say, step
from devstack.waiting import wait_until

FOLDER = paths.ROOT / "docs" / "images"
# Small enough for a picture of some 100 KiB.
HEIGHT = 760
# Down to the inbox.
PHONES_HEIGHT = 1060
READY_SECONDS = 120.0
VIEWS: tuple[tuple[int, Theme], ...] = ((DESKTOP, "light"), (PHONE, "dark"))

# A Hebrew name among English words, and an English one among Hebrew words.
_SAMPLES = "title = The lift is stuck\nbuilding = מגדל השחר\nbuilding_id = 7\nrequest_id = 12"

# A day as a small town's app would have it: quiet nights, and one bad quarter of an hour.
_HISTORY = """
WITH round AS (
    SELECT at, 1 + sin((extract(epoch FROM at) % 86400) / 13751 - 1.6) AS day,
        extract(epoch FROM now() - at) BETWEEN 1500 AND 2400 AS is_bad
    FROM generate_series(
        date_bin('15 s', now(), 'epoch') - interval '1 day', now() - interval '15 s', '15 s'
    ) AS at
)
INSERT INTO console_sample (series, at, value)
SELECT told.series, at, round(told.value::numeric)
FROM round, LATERAL (VALUES
    ('console.rounds', 1),
    ('http.requests.2xx', 180 * day + 40 * random()),
    ('http.requests.3xx', 9 * day * random()),
    ('http.requests.4xx', 12 * day * random()),
    ('http.requests.5xx', CASE WHEN is_bad THEN 25 * random() ELSE 0 END),
    ('http.answered', 200 * day + 20),
    ('http.slow', CASE WHEN is_bad THEN 6 ELSE 0 END),
    ('webhooks.attempts.succeeded', 60 * day + 8 * random()),
    ('webhooks.attempts.pending', CASE WHEN is_bad THEN 14 * random() ELSE random() END),
    ('webhooks.attempts.failed', CASE WHEN is_bad THEN 3 * random() ELSE 0 END),
    ('events.lag_seconds.webhooks', CASE WHEN is_bad THEN 9 * random() ELSE random() END),
    ('events.lag_seconds.cdn', random()),
    ('events.lag_seconds.files', random()),
    ('events.lag_seconds.notifications', random()),
    ('events.lag_seconds.notifications.sign_outs', random()),
    ('events.lag_seconds.realtime', random()),
    ('events.lag_seconds.sync', random()),
    ('events.lag_events.webhooks', 0),
    ('events.lag_events.cdn', 0),
    ('events.lag_events.files', 0),
    ('events.lag_events.notifications', 0),
    ('events.lag_events.notifications.sign_outs', 0),
    ('events.lag_events.realtime', 0),
    ('events.lag_events.sync', 0),
    ('events.horizon_seconds', 0),
    ('notifications.attempts.accepted', 90 * day + 10 * random()),
    ('notifications.attempts.retired', day * random()),
    ('notifications.waiting', 2 * random()),
    ('accounts.sign_ins', 4 * day * random()),
    ('accounts.sign_ups', day * random())
) AS told (series, value)
ON CONFLICT DO NOTHING
"""
_TIMES = """
INSERT INTO console_sample (series, at, value)
SELECT 'http.seconds', at, value * (0.012 + 0.004 * random()) FROM console_sample
WHERE series = 'http.answered' ON CONFLICT DO NOTHING
"""


def main() -> int:
    """Take the pictures; 0 when they are all there."""
    try:
        system.install([system.CHROMIUM])
    except system.CannotInstall as reason:
        complain(str(reason))
        return 1
    FOLDER.mkdir(exist_ok=True)
    with _running_stack() as stack:
        _make_up_figures(stack)
        for width, theme in VIEWS:
            with step(f"Taking pictures {width} px wide, {theme}"):
                _take(stack, width, theme)
    return 0


@contextmanager
def _running_stack() -> Iterator[dict[str, Any]]:
    """The stack of this clone, started for the pictures if it does not run."""
    running = stack_file.of_running_stack(paths.DEV)
    if running:
        yield running
        return
    say("Starting the stack ...")
    process = subprocess.Popen(
        [str(paths.PYTHON), "-m", "devstack.run"], cwd=paths.ROOT, stdout=subprocess.DEVNULL
    )
    try:
        wait_until(paths.STACK_FILE.exists, seconds=READY_SECONDS)
        yield stack_file.read(paths.STACK_FILE) or {}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _make_up_figures(stack: dict[str, Any]) -> None:
    with step("Making up a day of figures, and walking the journey"):
        with psycopg.connect(stack["database_url"], autocommit=True) as database:
            for statement in (_HISTORY, _TIMES):
                database.execute(statement)
        journey = [str(paths.PYTHON), "-m", "devstack.journey"]
        subprocess.run(journey, cwd=paths.ROOT, stdout=subprocess.DEVNULL, check=True)


def _take(stack: dict[str, Any], width: int, theme: Theme) -> None:
    with tab_of(stack, width=width, theme=theme) as tab:
        tab.visit("/admin/")
        with tab.page.expect_response("**/charts?range=24h"):
            tab.page.get_by_role("button", name="24h").click()
        _shoot(tab, f"start-{width}")
        tab.visit("/admin/accounts/user/?q=ada-")
        person = tab.links("a[href$='/person/']")[0]
        tab.visit(person)
        _shoot(tab, f"person-{width}")
        if width == PHONE:
            tab.page.locator(".console-timeline").evaluate("each => each.scrollIntoView()")
            _shoot(tab, f"timeline-{width}")
        tab.visit(f"{person}profile/disable/")
        _shoot(tab, f"confirm-{width}")
        if width == DESKTOP:
            show_template(tab, f"template-preview-{width}")
            show_phones(tab, f"phones-{width}")
            request = show_conflict(tab, f"offline-{width}")
            show_devices(tab, request, devices=f"devices-{width}", why=f"why-{width}")
        show_pushes(tab, f"pushes-{width}")


def show_template(tab: Tab, name: str) -> None:
    """Take a picture of a template's preview; its English words nearly use up their budget."""
    tab.visit("/admin/notifications/template/add/?key=buildings.request_resolved")
    page = tab.page
    # The bar of buttons would lie over it.
    page.add_style_tag(content="[class*=sticky] { position: static !important }")
    page.fill("[name=variables]", _SAMPLES)
    page.fill("[name=texts-0-body]", "{{ title }}." + " Please wait for the technician." * 98)
    page.locator("[data-state=tight]").first.wait_for()
    panel = page.locator("#notification-preview")
    panel.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def show_phones(tab: Tab, name: str) -> None:
    """Take a picture of two phones that have told each other of what is broken."""
    page = tab.page
    page.goto(f"{tab.base_url}/playground/phones/")
    dana, eli = (frame.content_frame for frame in page.locator("iframe").all())
    for phone in (dana, eli):
        phone.locator("#phone.is-online").wait_for()
    eli.locator("[data-part=language]").select_option("he")
    for phone, other, title in ((dana, eli, "The stairs creak"), (eli, dana, "A window is stuck")):
        phone.get_by_label("What is broken?").fill(title)
        phone.get_by_role("button", name="Report").click()
        other.locator("[data-part=pushes] li").first.wait_for()
        other.locator("[data-part=inbox]").get_by_text(title).first.wait_for()
    for phone in (dana, eli):
        phone.locator("html").evaluate("each => each.scrollTo(0, 0)")
    _shoot(tab, name, height=PHONES_HEIGHT)


def show_conflict(tab: Tab, name: str) -> str:
    """Take a picture of a request that two have described at once; return its id."""
    page = tab.page
    page.goto(f"{tab.base_url}/playground/phones/")
    dana, eli = (frame.content_frame for frame in page.locator("iframe").all())
    lines = [phone.locator("[data-request]", has_text="The lamp flickers") for phone in (dana, eli)]
    for line in lines:
        line.wait_for()
    dana.get_by_role("button", name="Go offline").click()
    describe(lines[0], "It went out when it rained.")
    with page.expect_response("**/api/v1/sync/push"):
        describe(lines[1], "The lens is loose.")
    dana.get_by_role("button", name="Go online").click()
    lines[0].get_by_role("button", name="Keep mine").wait_for()
    for phone in (dana, eli):
        phone.locator("[data-part=replica]").evaluate("each => each.scrollIntoView()")
    _shoot(tab, name, height=PHONES_HEIGHT)
    return lines[0].get_attribute("data-request") or ""


def describe(line: Locator, words: str) -> None:
    """Describe a request anew, on the phone that shows it in this line."""
    line.locator("summary").click()
    line.get_by_label("Description").fill(words)
    line.get_by_role("button", name="Save").click()


def show_devices(tab: Tab, request: str, *, devices: str, why: str) -> None:
    """Take pictures of the devices that sync, and of why one of another house lacks a request."""
    tab.visit("/admin/sync/syncstate/")
    _shoot(tab, devices)
    oldest = tab.links("#result_list a[href$='/change/']")[-1]
    tab.visit(oldest)
    page = tab.page
    page.get_by_role("link", name="Why did this row").click()
    page.locator("[name=table]").select_option("requests")
    page.fill("[name=record]", request)
    page.get_by_role("button", name="Explain").click()
    page.locator(".sync-explanation").wait_for()
    _shoot(tab, why)


def show_pushes(tab: Tab, name: str) -> None:
    """Take a picture of the page of the push services, with pushes that nobody sent."""
    with TemporaryDirectory() as folder, in_thread(PushServices(Path(folder))) as services:
        for push in samples.pushes():
            services.journal.write(push)
        tab.page.goto(f"{services.url}/")
        tab.page.locator(".push").first.wait_for()
        _shoot(tab, name)


def _shoot(tab: Tab, name: str, *, height: int = HEIGHT) -> None:
    width = tab.page.viewport_size["width"] if tab.page.viewport_size else DESKTOP
    tab.page.screenshot(
        path=FOLDER / f"{name}.png",
        animations="disabled",
        full_page=height > HEIGHT,
        clip={"x": 0, "y": 0, "width": width, "height": height},
    )


if __name__ == "__main__":
    sys.exit(main())
