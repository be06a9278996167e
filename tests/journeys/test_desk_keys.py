"""The desk by single keys: many threads are changed and brought back without a pointer; whoever wants no keys switches them off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Keyboard, Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def _at_the_desk(somebody, path: str = "/moderation") -> Reader:
    carol = somebody("carol", hands=Keyboard)
    carol.open(path)
    carol.page.wait_for_load_state("networkidle")  # the keys come with a script
    return carol


def _places(site, numbers: list[str]) -> list[int]:
    return [
        row[0] for row in site.rows(f"SELECT category_id FROM threads WHERE id IN ({','.join(numbers)}) ORDER BY id")
    ]


def test_ticked_threads_are_moved_and_brought_back(somebody, site):
    carol = _at_the_desk(somebody)
    keys = carol.page.keyboard
    for key in "jxjx":
        keys.press(key)
    ticked = carol.page.locator(".queue-tick input:checked")
    expect(ticked).to_have_count(2)
    numbers = [box.get_attribute("value") for box in ticked.all()]
    before = _places(site, numbers)
    keys.press("b")
    expect(carol.page.locator("#bulk-do")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    carol.arrives(r"/moderation/bulk\?")
    category = carol.field("category")
    expect(category).to_be_focused()
    last = category.locator("option").last
    keys.press("End")
    expect(category).to_have_value(last.get_attribute("value"))
    carol.press("Move")
    done = carol.page.locator(".bulk-done")
    expect(done).to_be_visible()
    assert len(set(_places(site, numbers))) == 1
    carol.page.wait_for_load_state("networkidle")
    keys.press("u")
    expect(carol.page.locator(".flashes")).to_be_visible()
    expect(done).to_have_count(0)
    assert _places(site, numbers) == before


def test_each_key_leads_to_its_place_in_the_case(somebody):
    carol = _at_the_desk(somebody)
    carol.page.keyboard.press("j")
    carol.page.keyboard.press("Enter")
    carol.arrives(r"/moderation\?.*case=")
    carol.page.wait_for_load_state("networkidle")
    places = {
        "r": "#reply textarea",
        "n": "#note-body",
        "t": "#staff-tags",
        "m": "#staff-category",
        "l": "#lock-reason",
    }
    for key, place in (places | {"d": "#staff-master", "h": "#hand-over-to", "f": "#filter-category"}).items():
        carol.page.keyboard.press(key)
        expect(carol.page.locator(place)).to_be_focused()
        carol.page.locator(place).blur()
    carol.page.keyboard.press("Control+m")
    expect(carol.page.locator("#staff-category")).not_to_be_focused()


def test_whoever_wants_no_single_keys_switches_them_off_for_good(somebody):
    carol = _at_the_desk(somebody)
    switch = carol.page.locator(".keys-switch button")
    carol.hands.use(switch)
    expect(switch).to_have_attribute("aria-pressed", "false")
    carol.page.wait_for_load_state("networkidle")
    for key in "j?f":
        carol.page.keyboard.press(key)
    expect(carol.page.locator("#key-sheet")).to_be_hidden()
    expect(carol.page.locator(".queue-row-link:focus")).to_have_count(0)
    carol.hands.use(switch)
    expect(switch).to_have_attribute("aria-pressed", "true")


def test_without_scripts_threads_are_ticked_and_tagged_all_the_same(somebody):
    henning = somebody("henning", scripts=False)
    henning.open("/moderation")
    for number in (0, 1):
        henning.page.locator(".queue-tick input").nth(number).check()
    henning.page.locator("#bulk-do").select_option("tag")
    henning.press("Go on")
    henning.write(tags="stromausfall")
    henning.press("Add tags")
    done = henning.page.locator(".bulk-done")
    expect(done).to_be_visible()
    henning.press("Undo", done)
    expect(henning.page.locator(".flashes")).to_be_visible()
