"""The main job, end to end, in a browser: with a pointer on a wide screen, and with a finger on a phone in German at night."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys import main_journey as the
from tests.journeys.conftest import PHONE
from tests.journeys.people import Finger

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_a_customer_asks_staff_solve_it_and_a_stranger_finds_it(somebody):
    the.walk(somebody(), somebody("carol"), somebody(), "wanda")


def test_the_same_on_a_phone_in_german_in_the_dark(somebody):
    screen = {"language": "de", "scheme": "dark", "hands": Finger} | PHONE
    the.walk(somebody(**screen), somebody("carol", **screen), somebody(**screen), "lotte")


def test_this_solved_it_spares_a_thread_and_is_noted(somebody, site):
    stranger = somebody()
    threads = site.rows("SELECT count(*) FROM threads")
    the.begins_to_ask(stranger)
    case = the.meets_the_case(stranger)
    stranger.press("This solved it", case)
    stranger.sees("Good that it is solved, and thank you for saying so. Nothing was posted.")
    expect(stranger.page.locator("h1")).to_have_text(the.CASE)
    assert site.rows("SELECT count(*) FROM threads") == threads
    stranger.open("/drafts")
    stranger.sees("No drafts")
    noted = _deflections(site)
    assert [(outcome, title) for outcome, title, _opened in noted] == [("solved", the.CASE)]
    assert noted[0][2] >= 1


def _deflections(site):
    """Askings that ended well: outcome, title of the case, how many cases were opened."""
    for _look in range(50):
        rows = site.rows(
            "SELECT outcome, title, opened_count FROM deflections JOIN threads ON threads.id = thread_id"
            " WHERE outcome = 'solved'"
        )
        if rows:
            return rows
        time.sleep(0.1)
    return []
