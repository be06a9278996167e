"""Private details between a customer on a phone without scripts and staff at a desk: told, opened in place, asked for, answered,
and who read them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.live import Site
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

NUMBER = "KN-4711-0815"


@pytest.fixture
def own_thread(site: Site) -> tuple[int, str]:
    """An open thread of Alice's: its number and address."""
    ((number, slug),) = site.rows(
        "SELECT threads.id, slug FROM threads JOIN persons ON persons.id = author_id WHERE name = 'alice' AND"
        " visibility = 'published' AND solved_at IS NULL AND locked_at IS NULL AND closed_at IS NULL"
        " AND duplicate_of_id IS NULL ORDER BY threads.id LIMIT 1"
    )
    return number, f"/threads/{number}/{slug}"


def test_a_private_detail_is_told_read_and_accounted_for(somebody, own_thread: tuple[int, str]) -> None:  # type: ignore[no-untyped-def]
    number, address = own_thread
    alice: Reader = somebody("alice", scripts=False, **PHONE)
    alice.open(address)
    box = alice.page.locator("#private-details")
    box.locator(".private-add > summary").click()
    box.locator("[name=kind]").select_option("customer_number")
    box.locator("[name=value]").fill(NUMBER)
    alice.press("Keep it")
    alice.sees("It is kept. Only you and staff can read it.")
    assert alice.path == address

    carol: Reader = somebody("carol")
    carol.open(f"/moderation?case={number}")
    rail = carol.page.locator(".private-rail")
    expect(rail).to_contain_text(carol.word("told beside the thread"))
    expect(carol.page.locator("body")).not_to_contain_text(NUMBER)
    rail.locator("summary", has_text=carol.word("Show private details")).click()
    rail.locator("[name=purpose]").select_option("identify")
    carol.press("Show private details", rail)
    expect(rail.locator("#opened-details")).to_contain_text(NUMBER)
    assert carol.path == f"/moderation?case={number}"  # in place
    rail.locator("summary", has_text=carol.word("Ask for private details")).click()
    rail.locator("#ask-phone").check()
    carol.press("Ask in private", rail)
    carol.sees("%(name)s is asked, and can answer in private.", name="Alice Brandt")

    alice.open("/cases")
    alice.page.locator("[name=answer-phone]").fill("0431 220 470")
    alice.press("Answer")
    alice.sees("Thank you. Only you and staff can read it.")
    alice.open(f"/cases/{number}")
    alice.sees("to find the customer or contract")

    bob: Reader = somebody("bob")
    bob.open(address)
    expect(bob.page.locator("#private-details")).to_have_count(0)
    assert bob.open(f"/cases/{number}") == 404
