"""Two of the staff at one case: each sees what the other does without asking, and nothing moves under the pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

NEXT_LOOK = 25_000  # milliseconds, within which an open page has asked again


@pytest.fixture
def waiting(site) -> int:
    """The thread that has waited longest."""
    found = site.rows(
        "SELECT id FROM threads WHERE visibility = 'published' AND waiting_since IS NOT NULL ORDER BY waiting_since, id"
    )
    return found[0][0]


def test_opening_the_text_claims_and_the_colleague_sees_it_and_takes_over(somebody, waiting):
    carol, dora = somebody("carol"), somebody("dora")
    dora.open("/moderation")
    row = dora.page.locator(f".queue [data-signs='{waiting}']")
    place = row.bounding_box()
    carol.open(f"/moderation?case={waiting}")
    panel = carol.page.locator(".owning")
    carol.hands.write(carol.page.locator("#reply textarea"), "Hallo Alice,")
    expect(panel.locator("[data-signs]")).to_contain_text(carol.word("You are on it"))
    expect(carol.button("Release", panel)).to_be_visible()

    expect(row).to_contain_text(dora.word("%(name)s is on it and writing", name="Carol Hansen"), timeout=NEXT_LOOK)
    assert row.bounding_box() == place
    dora.open(f"/moderation?case={waiting}")
    dora.hands.use(dora.page.locator(".owning .button-row button").first)
    dora.sees("You are on it now.")
    expect(panel.locator("[data-signs]")).to_contain_text(
        dora.word("%(name)s is on it", name="Dora Lindqvist"), timeout=NEXT_LOOK
    )
    expect(carol.page.locator("#reply textarea")).to_have_value("Hallo Alice,")


def test_without_scripts_the_buttons_do(somebody, waiting):
    henning = somebody("henning", scripts=False)
    henning.open(f"/moderation?case={waiting}")
    acts = henning.page.locator(".owning .button-row button")
    acts.first.click()
    henning.sees("You are on it")
    henning.press("Release", henning.page.locator(".owning"))
    expect(henning.page.locator(".owning [data-holder]")).to_have_count(0)


def test_customers_see_the_contact_and_nothing_of_who_is_there(somebody, site):
    path = "/threads/{}/{}".format(
        *site.rows(
            "SELECT threads.id, slug FROM contacts JOIN threads ON threads.id = thread_id"
            " JOIN persons ON persons.id = threads.author_id WHERE visibility = 'published' AND name = 'alice'"
        )[0]
    )
    tarek, alice, stranger = somebody("tarek"), somebody("alice"), somebody(language="de")
    tarek.open(path)
    expect(tarek.page.locator(".owning")).to_be_visible()
    tarek.hands.write(tarek.page.locator("#reply textarea"), "Moin")
    expect(tarek.page.locator(".owning [data-signs]")).to_contain_text(tarek.word("You are on it"))
    for reader in (alice, stranger):
        reader.open(path)
        reader.sees("your contact:" if reader is alice else "contact:")
        expect(reader.page.locator("[data-signs], .owning")).to_have_count(0)
