"""The main job with Tab, Enter, Space and arrows alone; wherever the focus stops, it is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import main_journey as the
from tests.journeys.people import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_the_main_job_by_keyboard(somebody):
    walkers = [somebody(name, hands=Keyboard) for name in (None, "carol", None)]
    the.walk(*walkers, "greta")


def test_the_first_stop_leads_past_the_header(somebody):
    stranger = somebody(hands=Keyboard)
    stranger.open("/threads")
    stranger.page.keyboard.press("Tab")
    stranger.page.keyboard.press("Enter")
    expect(stranger.page.locator("main")).to_be_focused()


def test_the_menu_closes_on_escape_and_gives_the_focus_back(somebody):
    stranger = somebody(hands=Keyboard)
    stranger.open("/threads")
    summary = stranger.page.locator(".masthead-menu > summary")
    stranger.hands.use(summary)
    stranger.page.keyboard.press("Tab")
    expect(stranger.page.locator(".masthead-menu a:visible").first).to_be_focused()
    stranger.page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(stranger.page.locator(".masthead-menu")).not_to_have_attribute("open", "")


def test_the_desk_is_walked_with_single_keys(somebody):
    carol = somebody("carol", hands=Keyboard)
    carol.open("/moderation")
    carol.page.wait_for_load_state("networkidle")  # the keys come with a script
    rows = carol.page.locator(".queue-row-link")
    keyboard = carol.page.keyboard
    keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    keyboard.press("?")
    expect(carol.page.locator("#key-sheet")).to_be_visible()
    keyboard.press("Escape")
    expect(carol.page.locator("#key-sheet")).to_be_hidden()
    keyboard.press("Enter")
    carol.arrives(r"/moderation\?.*case=")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")


def test_single_keys_are_silent_while_somebody_types(somebody):
    carol = somebody("carol", hands=Keyboard)
    carol.open("/moderation")
    carol.hands.use(carol.page.locator(".queue-row-link").first)
    carol.write(body="jk?o")
    expect(carol.field("body")).to_have_value("jk?o")
    expect(carol.page.locator("#key-sheet")).to_be_hidden()
