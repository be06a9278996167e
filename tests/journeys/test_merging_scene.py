"""Scene 4: a thread is merged into another one while three people have it open. Every address goes on leading where its posts
are, a follower is told once, nobody who has both issues counts twice, and it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.journeys.live import Site, until
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

WHY = "Beide haben dieselbe Störung."
TYPED = "Bei mir auch, und seit heute früh ist auch das Telefon tot."


@dataclass(frozen=True)
class Case:
    """A thread of the story, which none of the three has begun, answered or followed."""

    number: int
    path: str
    title: str
    posts: tuple[int, ...]


@pytest.fixture
def both(site: Site) -> tuple[Case, Case]:
    """The one that goes, and the one that stays."""
    rows = site.rows(
        "SELECT threads.id, slug, title FROM threads JOIN persons ON persons.id = author_id WHERE visibility = 'published'"
        " AND solved_at IS NULL AND locked_at IS NULL AND closed_at IS NULL AND duplicate_of_id IS NULL"
        " AND name NOT IN ('bob', 'wiebke', 'dora') AND threads.id NOT IN (SELECT thread_id FROM follows JOIN persons"
        " ON persons.id = person_id WHERE name IN ('bob', 'wiebke')) ORDER BY threads.id LIMIT 2"
    )
    one, other = (
        Case(
            number,
            f"/threads/{number}/{slug}",
            title,
            tuple(post for (post,) in site.rows("SELECT id FROM posts WHERE thread_id = ? ORDER BY number", number)),
        )
        for number, slug, title in rows
    )
    return one, other


def who_has(site: Site, *cases: Case) -> set[int]:
    """Those who have at least one of these issues too."""
    return {
        person
        for case in cases
        for (person,) in site.rows("SELECT person_id FROM me_toos WHERE thread_id = ?", case.number)
    }


def told(site: Site, name: str) -> list[tuple[int, ...]]:
    """The threads of which this person was told that another one was merged into them."""
    return site.rows(
        "SELECT notifications.thread_id FROM notifications JOIN persons ON persons.id = person_id"
        " WHERE name = ? AND kind = 'merged'",
        name,
    )


def shows_number(reader: Reader, number: int) -> None:
    """The thread before the reader says how many have it too."""
    count = reader.button("I have this too", exact=False).locator(".button-count")
    expect(count).to_have_text(str(number)) if number else expect(count).to_have_count(0)


def test_a_thread_is_merged_while_three_have_it_open_and_it_is_undone(somebody, site: Site, both) -> None:
    gone, stays = both
    wiebke, bob, dora = somebody("wiebke"), somebody("bob"), somebody("dora")
    wiebke.open(gone.path)
    wiebke.press("Follow")
    expect(wiebke.button("Follow")).to_have_attribute("aria-pressed", "true")
    for case in (stays, gone):
        bob.open(case.path)
        bob.press("I have this too", exact=False)
        expect(bob.button("I have this too", exact=False)).to_have_attribute("aria-pressed", "true")
    bob.hands.write(bob.page.locator("#reply textarea"), TYPED)
    before = [who_has(site, case) for case in both]
    assert before[0] & before[1]

    _merge(dora, gone, stays)

    number = len(before[0] | before[1])
    assert wiebke.open(gone.path) == 200  # the page that was open, loaded anew
    wiebke.arrives(stays.path)
    wiebke.reads(WHY)
    shows_number(wiebke, number)
    assert site.rows("SELECT me_too_count FROM threads WHERE id = ?", stays.number) == [(number,)]
    assert who_has(site, stays) == before[0] | before[1]
    for post in gone.posts:
        wiebke.open(f"/posts/{post}")
        wiebke.arrives(f"{stays.path}.*#post-")
        expect(wiebke.page.locator(f"#{wiebke.page.url.partition('#')[2]}")).to_be_visible()

    bob.press("Reply")  # on the page of the thread that is gone
    bob.arrives(stays.path)
    bob.reads(TYPED)

    assert until(lambda: told(site, "wiebke"))
    wiebke.open("/notifications")
    wiebke.reads(stays.title)
    _undo(dora, stays)
    assert wiebke.open(gone.path) == 200
    wiebke.arrives(gone.path)
    shows_number(wiebke, len(before[0]))
    assert [who_has(site, case) for case in both] == before
    wiebke.open(f"/posts/{gone.posts[0]}")
    wiebke.arrives(gone.path)
    assert told(site, "wiebke") in ([(gone.number,)], [(stays.number,)])  # once, and never again


def _merge(dora: Reader, gone: Case, stays: Case) -> None:
    """Look at both first; then do it."""
    dora.open(gone.path)
    fold = dora.page.locator("details", has=dora.page.locator("#merge-into"))
    dora.unfold(fold.locator("summary"))
    dora.hands.write(fold.locator("#merge-into"), str(stays.number))
    dora.hands.write(fold.locator("#merge-reason"), WHY)
    dora.press("Look at both first", fold)
    dora.reads(gone.title)
    dora.reads(stays.title)
    dora.press("Merge now")
    dora.arrives(stays.path)
    dora.sees("The threads are merged. The old address leads here.")


def _undo(dora: Reader, stays: Case) -> None:
    dora.open(stays.path)
    dora.press("Undo", dora.page.locator("main"))
    dora.sees("It is undone. Everything is where it was.")
