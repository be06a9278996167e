"""One's own standing: everybody reads what staff did to what is theirs, and nobody reads another's."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core.extensions import db, writing
from community.threads import editing, moderating, solving, tagging
from community.threads.models import Post, Thread
from moderation.notes import noting
from moderation.standing.queries import standing_of
from tests.counting import statements
from tests.making import Cast, Make, words
from tests.sending import parse, text_of

PAGE = "/settings/standing"


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice, title="The box blinks red")


def read(browser: FlaskClient, address: str = PAGE) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return text_of(parse(answer))


def hide(post: Post, by: Person, reason: str = "It shows a phone number.") -> None:
    with writing():
        moderating.hide_post(post, by=by, reason=reason)


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def acts(person: Person) -> list[str]:
    return [decision.entry.act for decision in standing_of(person).decisions]


def test_alice_sees_what_was_done_to_hers_and_why(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    reply = make.reply(thread, cast.alice, "My number is 0170.")
    hide(reply, cast.dora)
    answer = browser_of(cast.alice).get(PAGE)
    text = text_of(parse(answer))
    assert "Dora Staff hid your post" in text
    assert "It shows a phone number." in text
    assert "Hidden posts1" in text
    assert f'href="/posts/{reply.id}"' in answer.get_data(as_text=True)


def test_bob_does_not_see_what_was_done_to_alices(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.bob)  # he takes part in it
    hide(make.reply(thread, cast.alice), cast.dora)
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="It is settled.")
    text = read(browser_of(cast.bob))
    assert "Nothing was decided about you" in text
    for hers in ("phone number", "settled", "blinks red"):
        assert hers not in text


def test_alice_does_not_see_what_was_done_to_bobs_reply_in_her_thread(make: Make, cast: Cast, thread: Thread) -> None:
    hide(make.reply(thread, cast.bob), cast.dora)
    assert (acts(cast.alice), acts(cast.bob)) == ([], ["post.hidden"])


def test_a_stranger_is_sent_to_the_login(stranger: FlaskClient) -> None:
    answer = stranger.get(PAGE)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")


def test_it_is_only_looked_at(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(cast.alice).post(PAGE).status_code == 405


def test_every_act_on_ones_thread_is_said_in_plain_words(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    power, first = make.category("power"), make.thread(by=cast.bob)
    answer = make.reply(thread, cast.bob)
    with writing():
        editing.edit_post(
            opening_of(thread), by=cast.carol, words=words("Neutral."), started_from=1, title="The box blinks"
        )
        tagging.set_tags(thread, ["box"], by=cast.carol)
        moderating.move_thread(thread, power, by=cast.carol, reason="It is about power.")
        solving.mark_solution(answer, by=cast.carol)
        solving.unmark_solution(answer, by=cast.carol)
        solving.mark_solution(answer, by=cast.carol)
        solving.reopen(thread, by=cast.carol)
        moderating.lock_thread(thread, by=cast.carol, reason="Enough.")
        moderating.unlock_thread(thread, by=cast.carol, reason="")
        moderating.mark_duplicate(thread, first, by=cast.carol)
    text = read(browser_of(cast.alice))
    for said in (
        "changed the text of your post",
        "changed the title of your thread",
        "changed the tags of your thread",
        "moved your thread to another category",
        "marked a solution in your thread",
        "took a solution mark back in your thread",
        "reopened your thread",
        "locked your thread",
        "unlocked your thread",
        "linked your thread to an earlier one",
        "It is about power.",
    ):
        assert said in text, said
    his = read(browser_of(cast.bob))
    assert "marked your reply as the solution" in his
    assert "took the solution mark from your reply" in his
    assert "locked your thread" not in his


def test_what_one_did_oneself_and_what_is_not_public_is_not_there(make: Make, cast: Cast, thread: Thread) -> None:
    own = make.thread(by=cast.carol)
    with writing():
        noting.write_note(thread, by=cast.carol, words=words("Careful."))
        moderating.lock_thread(own, by=cast.carol, reason="Mine.")
    assert acts(cast.alice) == acts(cast.carol) == []


def test_a_post_in_a_thread_that_is_gone_has_no_title_and_no_link(
    make: Make, cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    reply = make.reply(thread, cast.bob)
    hide(reply, cast.dora)
    hide(opening_of(thread), cast.dora, "It names a person.")
    answer = browser_of(cast.bob).get(PAGE)
    assert "hid your post" in answer.get_data(as_text=True)
    assert "blinks red" not in answer.get_data(as_text=True)
    assert f"/posts/{reply.id}" not in answer.get_data(as_text=True)
    assert "It names a person." not in answer.get_data(as_text=True)


def test_the_settings_lead_to_it_and_it_speaks_german(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        cast.alice.language = "de"
    alice = browser_of(cast.alice)
    assert f'href="{PAGE}"' in alice.get("/settings/account").get_data(as_text=True)
    assert "Dein Stand" in alice.get(PAGE, headers={"Accept-Language": "de"}).get_data(as_text=True)


def test_who_has_not_confirmed_the_address_is_told_what_that_means(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    assert "Your account is open" in read(alice)
    with writing():
        cast.alice.email_verified_at = None
    assert "confirm your mail address first" in read(alice)


def test_many_decisions_come_in_pages_and_cost_no_more_questions(
    make: Make, cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    counts = []
    for more in (1, 34):
        for number in range(more):
            hide(make.reply(thread, cast.alice), cast.dora, f"Reason {more}-{number}.")
        alice.get("/about")
        with statements() as asked:
            alice.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    first = standing_of(cast.alice)
    assert (len(first.decisions), first.hidden) == (30, 35)
    second = standing_of(cast.alice, first.older)
    assert (len(second.decisions), second.older) == (5, None)
    assert "Reason 1-0." in read(alice, f"{PAGE}?before={first.older}")
