"""Finding as a search visitor does: suggestions by keyboard, chips, a slip of the pen, nothing found; and without scripts."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys import main_journey as the
from tests.journeys.conftest import PHONE
from tests.journeys.live import until
from tests.journeys.people import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_the_header_suggests_cases_and_the_keyboard_chooses(somebody):
    stranger = somebody(language="de", hands=Keyboard)
    stranger.open("/threads")
    field = stranger.page.locator("#site-search")
    stranger.hands.write(field, "Störungsmeldung Formular")
    options = stranger.page.locator(".suggestions [role=option]")
    expect(options.first).to_contain_text(the.CASE)
    expect(field).to_have_attribute("aria-expanded", "true")
    stranger.page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    stranger.page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("Störungsmeldung Formular")
    stranger.hands.write(field, "Störungsmeldung Formular ")
    expect(options.first).to_be_visible()
    stranger.page.keyboard.press("ArrowDown")
    stranger.page.keyboard.press("Enter")
    stranger.arrives(r"/threads/\d+/stoerungsmeldung")


def test_a_late_answer_does_not_take_away_what_was_chosen(somebody):
    stranger = somebody(language="de", hands=Keyboard)
    stranger.open("/threads")
    field, options = stranger.page.locator("#site-search"), stranger.page.locator(".suggestions [role=option]")
    stranger.hands.write(field, "Störungsmeldung Formular")
    expect(options.first).to_contain_text(the.CASE)
    stranger.page.wait_for_load_state("networkidle")

    def late(route):
        time.sleep(0.5)
        route.continue_()

    stranger.page.route("**/search/suggestions*", late)
    with stranger.page.expect_response("**/search/suggestions*"):
        stranger.page.keyboard.type(" ")
        stranger.page.keyboard.press("ArrowDown")
    stranger.page.wait_for_timeout(100)
    expect(options.first).to_have_attribute("aria-selected", "true")
    stranger.page.keyboard.press("Enter")
    stranger.arrives(r"/threads/\d+/stoerungsmeldung")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_is_narrowed_and_widened_again(somebody, scripts):
    stranger = somebody(language="de", scripts=scripts, **PHONE)
    stranger.open("/search?q=router")
    results = stranger.page.locator(".result")
    before = results.count()
    chip = stranger.page.locator("a.chip", has_text="Deutsch")
    chip.click()
    stranger.arrives(r"/search\?.*language=de")
    assert 0 < results.count() < before
    stranger.page.locator("a.chip, a.chip-on", has_text="Deutsch").first.click()
    stranger.arrives(r"/search\?")
    assert results.count() == before


def test_a_mistyped_word_is_offered_as_a_case_spells_it(somebody):
    stranger = somebody(language="de")
    stranger.open("/search?q=Zählerstandd")
    offer = stranger.page.locator(".did-you-mean a")
    expect(offer).to_contain_text("Zählerstand")
    offer.click()
    expect(stranger.page.locator(".did-you-mean")).to_have_count(0)
    expect(stranger.page.locator(".result mark").first).to_be_visible()


def test_nothing_found_leads_into_asking_with_the_words(somebody):
    stranger = somebody(language="de", scripts=False)
    stranger.open("/search?q=xylophonkonzert")
    stranger.page.locator(".empty-state a").click()
    stranger.arrives(r"/ask")
    assert "xylophonkonzert" in stranger.page.content()


def test_what_did_not_help_is_said_without_an_account_and_staff_reads_it(somebody, site):
    stranger, carol = somebody(language="de", scripts=False), somebody("carol")
    row = site.rows(
        "SELECT id, slug FROM threads WHERE solved_at IS NOT NULL AND visibility = 'published' ORDER BY id"
    )[0]
    stranger.open(f"/threads/{row[0]}/{row[1]}")
    stranger.unfold(stranger.page.locator(".unhelped > summary"))
    stranger.write(why="anderes Modell")
    stranger.press("Say so and ask")
    stranger.arrives(r"/ask")
    carol.open("/moderation/figures")
    carol.reads("anderes Modell")


def test_staff_sees_what_was_not_found_and_teaches_a_word(somebody, site):
    stranger, carol = somebody(language="de"), somebody("carol")
    stranger.open("/search?q=zauberkiste")
    carol.open("/moderation/searches")
    until(lambda: carol.page.reload() and "zauberkiste" in carol.page.content())  # counted within five seconds
    carol.open("/moderation/synonyms")
    carol.write(words="zauberkiste, router", **{"try": "zauberkiste"})
    carol.press("Try")
    expect(carol.page.locator(".before-after")).to_be_visible()
    carol.press("Save")
    carol.sees("Stored. Every search from now on knows it.")
    stranger.open("/search?q=zauberkiste")
    expect(stranger.page.locator(".result").first).to_be_visible()
