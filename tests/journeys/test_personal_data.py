"""Scene 6: an account number that somebody is about to publish is asked about; one press, and it is in no page, revision, mail,
index or log. By mouse, on a phone, with the keyboard's Enter alone, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.live import Site, until
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

IBAN = "DE02 1203 0000 0000 2020 51"
SAID = f"Bucht es bitte wie immer ab: {IBAN}. Seit gestern blinkt die Box rot."


@pytest.fixture
def own_thread(site: Site) -> str:
    """An open thread of Alice's."""
    ((number, slug),) = site.rows(
        "SELECT threads.id, slug FROM threads JOIN persons ON persons.id = author_id WHERE name = 'alice' AND"
        " visibility = 'published' AND solved_at IS NULL AND locked_at IS NULL AND closed_at IS NULL"
        " AND duplicate_of_id IS NULL ORDER BY threads.id LIMIT 1"
    )
    return f"/threads/{number}/{slug}"


@pytest.mark.parametrize("how", ["with a mouse", "on a phone without scripts"])
def test_an_account_number_moves_to_the_private_details_and_stays_nowhere_else(
    somebody, site: Site, own_thread: str, how: str
) -> None:  # type: ignore[no-untyped-def]
    alice: Reader = somebody("alice") if how == "with a mouse" else somebody("alice", scripts=False, **PHONE)
    alice.open(own_thread)
    alice.write(body=SAID)
    alice.press("Reply")
    alice.sees("This looks personal")
    expect(alice.page.locator(".personal mark")).to_have_text(IBAN)
    alice.press("Move it to the private details and go on")
    expect(alice.page.locator("article.post", has_text="[privates Detail]").last).to_contain_text("blinkt die Box rot")
    expect(alice.page.locator("article.post", has_text=IBAN)).to_have_count(0)
    bob = somebody("bob")
    bob.open(own_thread)
    expect(bob.page.locator("body")).not_to_contain_text(IBAN)
    until(lambda: not site.rows("SELECT 1 FROM jobs WHERE dead_at IS NULL AND name != 'mail.send' LIMIT 1"), within=20)
    assert where_is(site, IBAN) == []


def where_is(site: Site, secret: str) -> list[str]:
    """The tables and the files (index, logs) of the site that hold it."""
    tables = [name for (name,) in site.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    files = [path for path in site.directory.rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    return [name for name in tables if any(secret in str(row) for row in site.rows(f'SELECT * FROM "{name}"'))] + [
        path.name for path in files if secret.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_asks_with_an_account_number_is_shown_it_before_it_is_public(
    somebody, site: Site, scripts: bool
) -> None:  # type: ignore[no-untyped-def]
    secret = "DE89 3704 0044 0532 0130 00" if scripts else "AT61 1904 3002 3457 3201"
    alice: Reader = somebody("alice", scripts=scripts, **PHONE)
    alice.open("/ask")
    alice.choose("category", "bills")
    alice.press("Go on")
    if alice.path.endswith("/request"):
        alice.choose("request", "")
        alice.press("Go on")
    alice.write(title=f"Abbuchung von {secret} fehlt", body=f"Seit zwei Monaten geht von {secret} nichts ab.")
    alice.press("Go on", alice.page.locator("#ask-form > .button-row"))
    if "/similar" in alice.path:
        alice.press("None of these, go on")
    alice.sees("This looks personal")
    expect(alice.page.locator(".personal mark")).to_have_text([secret, secret])
    alice.press("Move it to the private details and go on")
    alice.arrives("/threads/[^/]+/.+")
    expect(alice.page.locator("h1")).to_have_text("Abbuchung von [privates Detail] fehlt")
    until(lambda: not site.rows("SELECT 1 FROM jobs WHERE dead_at IS NULL AND name != 'mail.send' LIMIT 1"), within=20)
    assert where_is(site, secret) == []
