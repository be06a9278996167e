"""The main job without JavaScript: every step is a page, and nothing but the convenience is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import main_journey as the
from tests.journeys.people import said

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_the_main_job_without_scripts(somebody):
    the.walk(somebody(scripts=False), somebody("carol", scripts=False), somebody(scripts=False), "ottilie")


def test_this_solved_it_without_scripts(somebody):
    stranger = somebody(scripts=False)
    the.begins_to_ask(stranger)
    stranger.press("This solved it", the.meets_the_case(stranger))
    stranger.sees("Good that it is solved, and thank you for saying so. Nothing was posted.")


def test_voting_following_and_quoting_without_scripts(somebody, site):
    bob = somebody("bob", scripts=False)
    thread, number = site.rows(
        "SELECT threads.id, number FROM posts JOIN threads ON threads.id = thread_id JOIN persons ON persons.id = posts.author_id"
        " WHERE number > 1 AND by_staff AND solved_at IS NULL AND locked_at IS NULL AND closed_at IS NULL"
        " AND duplicate_of_id IS NULL AND posts.visibility = 'published' AND threads.author_id != "
        " (SELECT id FROM persons WHERE name = 'bob') LIMIT 1"
    )[0]
    bob.open(f"/threads/{thread}/")
    post = bob.page.locator(f"#post-{number}")
    for label, place in (("This helped me", post), ("Follow", bob.page.locator(".thread-acts"))):
        switch = place.get_by_role("button", name=said("de", label))
        before = switch.get_attribute("aria-pressed")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    bob.follow("Quote", post)
    expect(bob.field("body")).to_have_value(re.compile("^> "))


def test_the_look_and_the_language_are_chosen_without_scripts(somebody):
    stranger = somebody(scripts=False)
    stranger.open("/threads")
    stranger.unfold(stranger.page.locator(".masthead-menu > summary"))
    stranger.press("Dark")
    stranger.unfold(stranger.page.locator(".masthead-menu > summary"))
    stranger.press("Deutsch")
    expect(stranger.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(stranger.page.locator("html")).to_have_attribute("lang", "de")
    assert stranger.path.startswith("/threads")
