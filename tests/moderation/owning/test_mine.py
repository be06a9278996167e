"""The tab *Mine*: what needs staff first, the longest waiting first, then the rest; pages without gaps or doubles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core import clock
from community.core.extensions import writing
from community.threads import moderating
from community.threads.models import Thread
from moderation.owning import contacts, mine
from moderation.queue import Filter
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


def mine_at(make: Make, cast: Cast, minutes: int, *, waits: bool, **options: object) -> Thread:
    """Carol's thread, opened so many minutes after now; she has answered unless it waits."""
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        thread = make.thread(by=cast.alice, title=f"A thread of minute {minutes}", **options)  # type: ignore[arg-type]
        make.reply(thread, cast.carol)
        if waits:
            make.reply(thread, cast.alice)
    return thread


def titles(who: object, **chosen: str) -> list[str]:
    return [thread.title for thread in mine.mine(Filter(tab="mine", **chosen), who)[0]]  # type: ignore[arg-type]


def test_what_needs_staff_comes_first_then_the_rest_newest_first(make: Make, cast: Cast) -> None:
    for minutes, waits in ((5, True), (1, False), (3, True), (9, False)):
        mine_at(make, cast, minutes, waits=waits)
    make.thread(by=cast.bob, title="Nobody's thread so far")
    assert titles(cast.carol) == [f"A thread of minute {minutes}" for minutes in (3, 5, 9, 1)]
    assert titles(cast.dora) == []
    assert mine.waiting_for(cast.carol) == 2


def test_what_is_handed_over_changes_hands(make: Make, cast: Cast) -> None:
    thread = mine_at(make, cast, 1, waits=True)
    with writing():
        contacts.hand_over(thread, cast.dora, by=cast.carol)
    assert (titles(cast.carol), titles(cast.dora)) == ([], [thread.title])


def test_hidden_ones_are_among_the_rest_and_removed_ones_are_nowhere(make: Make, cast: Cast) -> None:
    hidden, removed = (mine_at(make, cast, minutes, waits=True) for minutes in (1, 2))
    with writing():
        moderating.lock_thread(hidden, by=cast.dora, reason="So.")
        hidden.visibility, removed.visibility = "hidden", "removed"
    assert titles(cast.carol) == [hidden.title]
    assert mine.waiting_for(cast.carol) == 0


def test_filters_narrow_it(make: Make, cast: Cast) -> None:
    mine_at(make, cast, 1, waits=True, category="power", tags=["meter"])
    mine_at(make, cast, 2, waits=False, language="de")
    assert titles(cast.carol, category="power") == titles(cast.carol, tag="meter") == ["A thread of minute 1"]
    assert titles(cast.carol, language="de") == ["A thread of minute 2"]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_follow_each_other_without_gaps_or_doubles(make: Make, cast: Cast, most: int) -> None:
    for number in range(8):
        mine_at(make, cast, number // 2, waits=number < 5)  # several of the same moment
    found: list[int] = []
    key = ""
    for _page in range(10):
        threads, key = mine.mine(Filter(tab="mine", after=key), cast.carol, most)
        found += [thread.id for thread in threads]
        if not key:
            break
    assert len(found) == len(set(found)) == 8
    whole, _none = mine.mine(Filter(tab="mine"), cast.carol)
    assert found == [thread.id for thread in whole]


@pytest.mark.parametrize(
    "after", ["x", "w", "r", "w1_", "r_1", "w9999999999999999999_1", "r1_999999999999999999", "²_²", "%00"]
)
def test_nonsense_in_the_address_is_no_error(make: Make, cast: Cast, browser_of, after: str) -> None:  # type: ignore[no-untyped-def]
    mine_at(make, cast, 1, waits=True)
    assert browser_of(cast.carol).get(f"/moderation?tab=mine&after={after}").status_code in (200, 404)


def test_the_tab_says_how_many_of_mine_need_staff_and_what_belongs_there(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    mine_at(make, cast, 1, waits=True)
    text = text_of(parse(browser_of(cast.carol).get("/moderation?tab=mine")))
    assert "Mine 1" in text
    assert "A thread of minute 1" in text
    assert "contact: you" in text
    assert "You answer for no thread yet" in text_of(parse(browser_of(cast.dora).get("/moderation?tab=mine")))


@pytest.mark.parametrize("tab", ["mine", "needs_staff"])
def test_the_desk_asks_the_database_as_often_for_many_as_for_few(make: Make, cast: Cast, browser_of, tab: str) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    case = mine_at(make, cast, 0, waits=True)
    mine_at(make, cast, 1, waits=False)

    def asked() -> int:
        with statements() as seen:
            assert carol.get(f"/moderation?tab={tab}&case={case.id}").status_code == 200
        return len(seen)

    few = asked()
    for number in range(2, 14):
        mine_at(make, cast, number, waits=number % 2 == 0)
    assert asked() == few
