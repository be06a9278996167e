"""Jana builds a request in the browser: at a desk, on a phone without scripts; and changes one by keyboard."""

from __future__ import annotations

import json

import pytest

from tests.journeys.building_requests import build_request
from tests.journeys.conftest import PHONE
from tests.journeys.people import Finger, Keyboard, Pointer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def definition(site, slug: str) -> list[list[str]]:
    """The keys of the fields in use, by step."""
    row = site.rows(
        "SELECT definition FROM form_versions JOIN requests ON requests.id = request_id AND number = version WHERE slug = ?",
        slug,
    )[0]
    return [[field["key"] for field in step["fields"]] for step in json.loads(row[0])["steps"]]


WINDOWS = {
    "desk": {"hands": Pointer, "viewport": {"width": 1440, "height": 900}},
    "phone-without-scripts": {"hands": Finger, "scripts": False, **PHONE},
}


@pytest.mark.parametrize("window", WINDOWS)
def test_a_request_of_three_steps_is_built_and_put_into_use(somebody, site, window):
    jana = somebody("jana", **WINDOWS[window])
    slug = build_request(jana)
    assert definition(site, slug) == [["sound"], ["since_when"], ["photo", "meter_number"]]


def test_an_answer_is_tried_and_a_removal_undone_by_keyboard(somebody, site):
    jana = somebody("jana", hands=Keyboard)
    jana.open("/moderation/settings/requests/my-line-is-down")
    jana.press("Change this form")
    jana.arrives("/moderation/settings/requests/drafts/")
    editor = jana.path
    jana.open(f"{editor}/fields/customer_number")
    jana.hands.write(jana.page.locator("#try-answer"), "12")
    jana.press("Try")
    jana.reads("Sie beginnt mit NL und hat sechs Ziffern")
    jana.open(f"{editor}/fields/trouble")
    jana.press("Remove this field")
    jana.reads("Wie schnell ist es, gemessen am Kabel?")  # it depends on it
    jana.press("Remove it; they are always shown then")
    jana.press("Undo the last change")
    jana.reads("Was merkst du?")
    jana.press("Put into use")
    jana.sees("Nothing differs from what is in use, so it stays as it is.")
