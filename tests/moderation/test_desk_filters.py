"""The queue by owner, in step with who answers for what; *Mine* in the queue's order; saved filters, each for its owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.accounts import people
from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db, writing
from community.threads.models import Thread
from moderation import queue
from moderation.owning import contacts, mine
from moderation.queue import Filter
from moderation.saved_filters import keeping as saved
from moderation.saved_filters.models import SavedFilter
from moderation.service_targets import keeping
from moderation.service_targets.models import ThreadClock
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


@pytest.fixture
def threads(make: Make, cast: Cast) -> dict[str, Thread]:
    """Threads that wait: Carol's, Dora's, and nobody's."""
    found = {}
    for minutes, name in enumerate(("carol", "dora", "nobody")):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            asker = make.person(f"asks-{name}")  # who asks again would have the same contact
            thread = found[name] = make.thread(by=asker, title=f"A thread of {name}")
            if name != "nobody":
                make.reply(thread, getattr(cast, name))
                make.reply(thread, asker)
    return found


def of(owner: str, reader: Person, **chosen: str) -> list[str]:
    return [
        thread.title.rpartition(" ")[2] for thread in queue.queue(Filter(owner=owner, reader_id=reader.id, **chosen))[0]
    ]


def test_the_owner_narrows_the_queue(cast: Cast, threads: dict[str, Thread]) -> None:
    assert of("", cast.carol) == ["carol", "dora", "nobody"]
    assert of("me", cast.carol) == of(str(cast.carol.id), cast.dora) == ["carol"]
    assert of("nobody", cast.carol) == ["nobody"]
    assert of("me", cast.jana) == of("x", cast.carol) == of("99", cast.carol) == []
    assert of("me", cast.carol, category="internet") == ["carol"]


def test_handing_over_giving_up_and_leaving_are_followed_at_once(cast: Cast, threads: dict[str, Thread]) -> None:
    with writing():
        contacts.hand_over(threads["nobody"], cast.dora, by=cast.carol)
        contacts.give_up(threads["carol"], by=cast.carol)
    assert (of("me", cast.dora), of("nobody", cast.dora)) == (["dora", "nobody"], ["carol"])
    with writing():
        people.set_role(cast.dora, "customer", by=cast.jana)
    assert of("nobody", cast.carol) == ["carol", "dora", "nobody"]
    with writing():
        people.set_role(cast.dora, "agent", by=cast.jana)
    assert of("me", cast.dora) == ["dora", "nobody"]
    assert list(keeping.drift()) == []


def test_a_wrong_owner_is_mended(cast: Cast, threads: dict[str, Thread]) -> None:
    with writing():
        db.session.get_one(ThreadClock, threads["carol"].id).owner_id = 0
    assert len(list(keeping.drift())) == 1
    keeping.mend()
    assert of("me", cast.carol) == ["carol"]


def test_the_other_tabs_are_narrowed_as_well(make: Make, cast: Cast, threads: dict[str, Thread]) -> None:
    make.reply(threads["carol"], cast.carol)
    make.reply(threads["dora"], cast.dora)
    assert of("me", cast.carol, tab="waiting") == ["carol"]
    assert of("nobody", cast.carol, tab="waiting") == []


def test_mine_stands_in_the_order_of_the_queue(cast: Cast, threads: dict[str, Thread]) -> None:
    with writing():
        for thread in (threads["dora"], threads["nobody"]):
            contacts.hand_over(thread, cast.carol, by=cast.jana)
        row = db.session.get_one(ThreadClock, threads["nobody"].id)
        row.turn, row.turn_at = 0, clock.now()
    found = [thread.title.rpartition(" ")[2] for thread in mine.mine(Filter(tab="mine"), cast.carol)[0]]
    assert found == ["nobody", "carol", "dora"]


def test_the_page_offers_owners_and_asks_as_often_for_many(
    make: Make, cast: Cast, threads: dict[str, Thread], browser_of: Any
) -> None:
    carol = browser_of(cast.carol)
    page = carol.get("/moderation?owner=nobody")
    assert "A thread of nobody" in text_of(parse(page))
    assert "A thread of dora" not in text_of(parse(page))

    def asked() -> int:
        with statements() as seen:
            assert carol.get("/moderation?owner=nobody").status_code == 200
        return len(seen)

    few = asked()
    for number in range(12):
        make.thread(by=cast.alice, title=f"One more, {number}")
    assert asked() == few


def test_a_filter_is_saved_shown_above_the_queue_and_deleted(cast: Cast, browser_of: Any) -> None:
    carol = browser_of(cast.carol)
    answer = carol.post(
        "/moderation/filters", data={"name": " Nobody's  power ", "owner": "nobody", "category": "power"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/moderation?category=power&owner=nobody"
    (row,) = saved.saved_filters(cast.carol)
    assert (row.name, row.chosen) == ("Nobody's power", {"category": "power", "owner": "nobody"})
    assert "Nobody's power" in text_of(parse(carol.get("/moderation")))
    dora = browser_of(cast.dora)
    assert "Nobody's power" not in text_of(parse(dora.get("/moderation")))
    address = f"/moderation/filters/{row.id}/delete"
    assert dora.post(address).status_code == 404
    assert carol.get(address).status_code == 405
    assert [carol.post(address).status_code for _twice in range(2)] == [303, 404]


@pytest.mark.parametrize(
    ("name", "says"), [("  ", "Give the filter a name"), ("x" * 41, "at most 40"), ("MINE", "of this name")]
)
def test_a_name_is_due_short_and_used_once_and_what_was_typed_is_kept(
    cast: Cast, browser_of: Any, name: str, says: str
) -> None:
    carol = browser_of(cast.carol)
    carol.post("/moderation/filters", data={"name": "Mine", "tag": "wlan"})
    answer = carol.post("/moderation/filters", data={"name": name, "tag": "box"})
    assert answer.status_code == 422
    tree = parse(answer)
    assert says in text_of(tree)
    kept = {field.get("name"): field.get("value") for field in tree.iter("input")}
    assert (kept["name"], kept["tag"]) == (name, "box")
    assert len(saved.saved_filters(cast.carol)) == 1
    assert browser_of(cast.dora).post("/moderation/filters", data={"name": "Mine"}).status_code == 303


def test_at_most_twenty(cast: Cast, browser_of: Any) -> None:
    with writing():
        for number in range(saved.MOST):
            saved.save(f"Number {number}", {"tag": "wlan"}, by=cast.carol)
    answer = browser_of(cast.carol).post("/moderation/filters", data={"name": "One more"})
    assert answer.status_code == 422
    assert "Delete one first." in text_of(parse(answer))
    assert len(list(db.session.scalars(select(SavedFilter.id)))) == saved.MOST
