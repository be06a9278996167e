"""What an open desk is told without reloading, the switch of the single keys, and the tab that is still empty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.core import clock
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


def news_address(browser: Any, address: str) -> str:
    """Where the page at this address asks for news."""
    found = [element.get("data-news-url") for element in parse(browser.get(address)).iter("div")]
    return next(url for url in found if url)


def test_an_open_queue_is_told_of_threads_that_began_to_wait(make: Make, cast: Cast, browser_of: Any) -> None:
    carol = browser_of(cast.carol)
    make.thread(by=cast.alice, title="It is on the page already")
    asks = {tab: news_address(carol, f"/moderation?tab={tab}") for tab in ("needs_staff", "mine", "solved")}
    power = news_address(carol, "/moderation?category=power")
    assert text_of(parse(carol.get(asks["needs_staff"]))).strip() == ""
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        for number in range(2):
            make.thread(by=cast.bob, title=f"A new one, {number}")
        assert "2 new since you looked" in text_of(parse(carol.get(asks["needs_staff"])))
        for quiet in (asks["mine"], asks["solved"], power):
            assert text_of(parse(carol.get(quiet))).strip() == ""


def test_an_open_case_is_told_of_replies_and_where_they_begin(make: Make, cast: Cast, browser_of: Any) -> None:
    carol, thread = browser_of(cast.carol), make.thread(by=cast.alice)
    asks = news_address(carol, f"/moderation?case={thread.id}")
    make.reply(thread, cast.bob)
    make.reply(thread, cast.alice)
    tree = parse(carol.get(asks))
    assert "2 new replies: show" in text_of(tree)
    assert [link.get("href") for link in tree.iter("a")] == [f"/moderation?case={thread.id}#post-2"]


def test_the_answer_is_304_until_something_changes_and_costs_as_much_for_many(
    make: Make, cast: Cast, browser_of: Any
) -> None:
    carol, thread = browser_of(cast.carol), make.thread(by=cast.alice)
    asks = news_address(carol, f"/moderation?case={thread.id}&owner=nobody")
    first = carol.get(asks)
    assert carol.get(asks, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    def asked() -> int:
        with statements() as seen:
            assert carol.get(asks).status_code == 200
        return len(seen)

    few = asked()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        for number in range(8):
            make.thread(by=cast.alice, title=f"One more, {number}")
            make.reply(thread, cast.bob, f"And another, {number}.")
        assert carol.get(asks, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
        assert asked() == few


@pytest.mark.parametrize(
    "query", ["since=x", f"since={10**30}", "since=-1", "case=1&seen=x", f"case=1&seen={10**20}", "threads=%00"]
)
def test_nonsense_in_the_address_is_no_error(cast: Cast, browser_of: Any, query: str) -> None:
    assert browser_of(cast.carol).get(f"/moderation/news?{query}").status_code in (200, 404)


def test_the_keys_can_be_switched_off_and_that_is_remembered(make: Make, cast: Cast, browser_of: Any) -> None:
    make.thread(by=cast.alice)
    carol, elsewhere = browser_of(cast.carol), browser_of(cast.carol)

    def keys(browser: Any) -> list[str]:
        return [item.get("data-keys") for item in parse(browser.get("/moderation")).iter("ol") if item.get("data-keys")]

    assert keys(carol) == ["on"]
    for _twice in range(2):
        assert carol.post("/moderation/keys/off").status_code == 303
    assert (keys(carol), keys(elsewhere), keys(browser_of(cast.dora))) == (["off"], ["off"], ["on"])
    assert (
        elsewhere.post("/moderation/keys/on", data={"next": "/moderation?tab=mine"}).headers["Location"]
        == "/moderation?tab=mine"
    )
    assert keys(carol) == ["on"]
    assert carol.get("/moderation/keys/off").status_code == 405
    assert browser_of(cast.alice).post("/moderation/keys/off").status_code == 403


def test_the_tab_of_known_issues_says_what_will_stand_there(cast: Cast, browser_of: Any) -> None:
    carol = browser_of(cast.carol)
    tabs = {text_of(link): link.get("href") for link in parse(carol.get("/moderation")).iter("a")}
    page = text_of(parse(carol.get(tabs["Known issues"])))
    assert "cannot be kept here yet" in page
