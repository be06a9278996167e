"""What readers share: rendered once, never with anything that is one reader's own."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from community.core import sharing
from tests.making import Cast, Make
from tests.sending import Element, parse, text_of

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def address(make: Make, cast: Cast) -> str:
    thread = make.thread(by=cast.alice)
    make.reply(thread, by=cast.carol, body="Please restart the box.")
    return f"/threads/{thread.id}/{thread.slug}"


def pressed(page: Element) -> list[Element]:
    """The switches below the header that are on."""
    return [it for main in page.iter("main") for it in main.iter("button") if it.get("aria-pressed") == "true"]


def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates rendered from now on."""
    from community.threads import routes  # noqa: PLC0415

    seen: list[str] = []
    real = routes.render_template

    def note(name: str, **values: object) -> str:
        seen.append(name)
        return real(name, **values)

    monkeypatch.setattr(routes, "render_template", note)
    return seen


def test_two_who_did_the_same_share_a_page(
    app: Flask, make: Make, cast: Cast, browser_of, address: str, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    erin = make.person("erin")
    seen = rendered(monkeypatch)
    of_bob, of_erin = (browser_of(person).get(address).get_data(as_text=True) for person in (cast.bob, erin))
    assert len(seen) == 1
    assert "Bob" in of_bob
    assert "/people/bob" in of_bob
    assert "/people/erin" in of_erin
    assert "Bob" not in of_erin
    assert "/people/bob" not in of_erin


def test_each_gets_their_own_tokens_keys_and_windows(make: Make, cast: Cast, browser_of, address: str) -> None:  # type: ignore[no-untyped-def]
    pages = [browser_of(person).get(address).get_data(as_text=True) for person in (cast.bob, make.person("erin"))]
    for pattern in (TOKEN, KEY, re.compile(r"window=([\w-]+)")):
        found = [set(pattern.findall(page)) for page in pages]
        assert all(found), pattern
        assert not found[0] & found[1], pattern
    assert not any(sharing._SECRET in page for page in pages)


def test_the_second_time_it_has_a_new_key(cast: Cast, browser_of, address: str) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(cast.bob)
    first, second = (KEY.findall(browser.get(address).get_data(as_text=True)) for _time in range(2))
    assert first
    assert first != second


@pytest.mark.parametrize("change", ["follow", "me-too", "draft", "helpful"])
def test_what_one_did_is_shown_to_that_one_alone(
    make: Make,
    cast: Cast,
    browser_of,
    address: str,
    change: str,  # type: ignore[no-untyped-def]
) -> None:
    erin = make.person("erin")
    bobs, erins = browser_of(cast.bob), browser_of(erin)
    before = erins.get(address).get_data(as_text=True)
    bobs.get(address)
    thread_id = int(address.split("/")[2])
    sent = {
        "follow": lambda: bobs.post(f"/threads/{thread_id}/follow"),
        "me-too": lambda: bobs.post(f"/threads/{thread_id}/me-too"),
        "draft": lambda: bobs.post(
            f"/drafts/reply/{thread_id}?window=abcdefghijklmnop&version=0", data={"body": "Only Bob is to read this."}
        ),
        "helpful": lambda: bobs.post(f"/posts/{thread_id + 1}/helpful"),
    }[change]()
    assert sent.status_code < 400
    mine, others = (parse(browser.get(address)) for browser in (bobs, erins))
    if change == "draft":
        assert "Only Bob" in text_of(mine)
        assert "Only Bob" not in text_of(others)
    else:
        assert pressed(mine)
        assert not pressed(others)
    assert "Only Bob" not in before


def test_a_post_cannot_say_a_mark(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    guesses = "own-csrf-token own-csrf-token-0123456789abcdef token-of-the-reader"
    thread = make.thread(by=cast.alice, body=f"{guesses} [look](https://evil.example/?own-csrf-token-0)")
    page = browser_of(cast.bob).get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    assert guesses in page
    assert "https://evil.example/?own-csrf-token-0" in page


def test_what_is_put_in_is_escaped(app: Flask, make: Make, cast: Cast, browser_of, address: str) -> None:  # type: ignore[no-untyped-def]
    erin = make.person("erin", display_name="<b>Erin</b>")
    for _time in range(2):
        page = browser_of(erin).get(address).get_data(as_text=True)
        assert "<b>Erin" not in page
        assert "&lt;b&gt;Erin" in page


def test_the_shelf_forgets_the_oldest(app: Flask) -> None:
    shelf = sharing._Shelf(2)
    for number in range(3):
        shelf.put(number, str(number))
    assert list(shelf) == [1, 2]
