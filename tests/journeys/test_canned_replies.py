"""Canned replies by keyboard, by finger, and without scripts: found with a slash, filled in, sent as a macro."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.people import Finger, Keyboard, Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

TEXT = "Hallo {customer}, starte die Box neu."


@pytest.fixture(scope="module")
def written() -> set[str]:
    """What was written on this module's site."""
    return set()


@pytest.fixture
def macro(somebody, written) -> str:
    """Dora writes a macro, once."""
    if not written:
        dora: Reader = somebody("dora")
        dora.open("/moderation/settings/replies")
        dora.write(name="Neustart", text_de=TEXT, text_en="Hello {customer}, restart the box.", tags="neustart")
        dora.press("Save")
        dora.sees("The canned reply is stored.")
        written.add("Neustart")
    return "Neustart"


def waiting(site) -> tuple[int, str]:
    """A thread that waits for an answer and takes a tag more, and its asker's name."""
    row = site.rows(
        "SELECT threads.id, display_name FROM threads JOIN persons ON persons.id = author_id"
        " WHERE waiting_since IS NOT NULL AND threads.visibility = 'published' AND threads.language = 'de'"
        " AND (SELECT count(*) FROM thread_tags WHERE thread_id = threads.id) < 5 ORDER BY waiting_since LIMIT 1"
    )[0]
    return row[0], row[1]


def has_tag(site, thread: int) -> bool:
    return bool(
        site.rows(
            "SELECT 1 FROM thread_tags JOIN tags ON tags.id = tag_id WHERE thread_id = ? AND name = 'neustart'", thread
        )
    )


def test_a_slash_finds_it_and_the_keyboard_sends_it(somebody, site, macro):
    carol = somebody("carol", hands=Keyboard)
    thread, asker = waiting(site)
    carol.open(f"/moderation?case={thread}")
    field, options = carol.field("body"), carol.page.locator(".canned-list [role=option]:visible")
    carol.hands.go_to(field)
    carol.page.keyboard.type("/neu")
    expect(options).to_have_count(1)
    expect(options.first).to_have_attribute("aria-selected", "true")
    carol.page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    carol.page.keyboard.press("Control+a")
    carol.page.keyboard.press("Delete")
    carol.page.keyboard.type("/")
    expect(options).to_have_count(1)
    carol.page.keyboard.press("Enter")
    expect(field).to_have_value(f"Hallo {asker}, starte die Box neu.")
    carol.press("Answer")
    carol.arrives(f"/threads/{thread}/")
    carol.reads(f"Hallo {asker}, starte die Box neu.")
    assert has_tag(site, thread)


def test_a_finger_finds_it_and_takes_the_macro_off(somebody, site, macro):
    carol = somebody("carol", hands=Finger, **PHONE)
    thread, asker = waiting(site)
    carol.open(f"/moderation?case={thread}")
    carol.write(body="/")
    carol.hands.use(carol.page.locator(".canned-list [role=option]:visible").first)
    expect(carol.field("body")).to_have_value(f"Hallo {asker}, starte die Box neu.")
    carol.hands.use(carol.page.locator("#macro-none"))
    carol.press("Answer")
    carol.arrives(f"/threads/{thread}/")
    carol.reads(f"Hallo {asker}, starte die Box neu.")
    assert not has_tag(site, thread)


def test_without_scripts_a_button_inserts_it_and_nothing_typed_is_lost(somebody, site, macro):
    carol = somebody("carol", scripts=False)
    thread, asker = waiting(site)
    carol.open(f"/moderation?case={thread}")
    carol.write(body="Moin.")
    carol.unfold(carol.page.locator("details.canned > summary"))
    carol.page.locator("#canned").select_option(label=macro)
    carol.press("Insert")
    expect(carol.field("body")).to_have_value(f"Moin.\n\nHallo {asker}, starte die Box neu.")
    carol.press("Answer")
    carol.arrives(f"/threads/{thread}/")
    assert has_tag(site, thread)
