"""Replying: what is taken, what is refused, and that nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock, limits
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from tests.making import Cast, Make

UNREADABLE = {
    "empty": "", "missing": None, "spaces": " \n\t  ", "zero width": "\u200b\u2060\ufeff", "controls": "\x00\x01\x1b",
    "right-to-left override": "\u202e\u202d", "hangul filler": "\u3164", "too long": "x" * (limits.BODY_MAX + 1),
    "too many bytes": "😀" * 20_000,
}  # fmt: skip


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice)


def replies() -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.number > 1).order_by(Post.number)))


def test_a_reply_is_posted_and_shown(browser_of, cast: Cast, thread: Thread) -> None:
    bob = browser_of(cast.bob)
    said = bob.post(f"/threads/{thread.id}/replies", data={"body": "Try **this**", "reply_to": "1"})
    assert (said.status_code, said.location) == (303, f"/threads/{thread.id}/{thread.slug}#post-2")
    assert "<strong>this</strong>" in bob.get(said.location).text
    assert [(post.author_id, post.reply_to_number) for post in replies()] == [(cast.bob.id, 1)]


def test_the_stranger_is_led_to_the_login_with_the_text_kept(stranger: FlaskClient, thread: Thread) -> None:
    refused = stranger.post(f"/threads/{thread.id}/replies", data={"body": "My long and careful words"})
    assert refused.status_code == 303
    assert "/login" in refused.location
    assert "kept=1" in refused.location
    assert replies() == []


def test_get_shows_the_thread_and_writes_nothing(stranger: FlaskClient, thread: Thread) -> None:
    assert stranger.get(f"/threads/{thread.id}/replies").status_code == 301


def test_a_thread_that_was_locked_meanwhile_keeps_the_text(browser_of, cast: Cast, thread: Thread) -> None:
    bob = browser_of(cast.bob)
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="enough")
    refused = bob.post(f"/threads/{thread.id}/replies", data={"body": "My long and careful words"})
    assert refused.status_code == 403
    assert "My long and careful words" in refused.text
    assert replies() == []


def test_a_hidden_thread_takes_no_replies(browser_of, cast: Cast, thread: Thread) -> None:
    opening = db.session.scalars(select(Post)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="x")
    assert browser_of(cast.bob).post(f"/threads/{thread.id}/replies", data={"body": "words"}).status_code == 404
    assert browser_of(cast.alice).post(f"/threads/{thread.id}/replies", data={"body": "words"}).status_code == 403


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_refused_at_its_field(browser_of, cast: Cast, thread: Thread, kind: str) -> None:
    body = UNREADABLE[kind]
    refused = browser_of(cast.bob).post(
        f"/threads/{thread.id}/replies", data={"body": body} if body is not None else {}
    )
    assert refused.status_code == 422
    assert 'class="field-error" id="body-error"' in refused.text
    assert replies() == []
    if kind == "too long":
        assert body is not None
        assert body in refused.text


def test_a_form_beyond_all_measure_is_refused_with_a_page(browser_of, cast: Cast, thread: Thread) -> None:
    refused = browser_of(cast.bob).post(f"/threads/{thread.id}/replies", data={"body": "x" * 11_000_000})
    assert refused.status_code == 413
    assert "too large" in refused.text


def test_control_characters_and_overrides_are_taken_out(browser_of, cast: Cast, thread: Thread) -> None:
    browser_of(cast.bob).post(f"/threads/{thread.id}/replies", data={"body": "ab\x00\x1bc \u202eevil\r\nline\n\n"})
    assert replies()[0].source == "abc evil\nline"


def test_an_emoji_is_an_answer(browser_of, cast: Cast, thread: Thread) -> None:
    assert browser_of(cast.bob).post(f"/threads/{thread.id}/replies", data={"body": "👍"}).status_code == 303


def test_the_same_form_twice_is_one_reply(browser_of, cast: Cast, thread: Thread) -> None:
    bob, form = browser_of(cast.bob), {"body": "Once only", "idempotency_key": "k" * 22}
    first, second = (bob.post(f"/threads/{thread.id}/replies", data=form) for _time in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(replies()) == 1


def test_preview_stores_nothing_and_keeps_everything(browser_of, cast: Cast, thread: Thread) -> None:
    seen = browser_of(cast.bob).post(
        f"/threads/{thread.id}/replies", data={"body": "Try **this**", "preview": "1", "reply_to": "1", "page": "1"}
    )
    assert seen.status_code == 200
    assert "<strong>this</strong>" in seen.text
    assert "Try **this**" in seen.text
    assert 'name="reply_to" value="1"' in seen.text
    assert replies() == []


def test_preview_answers_a_fragment(browser_of, stranger: FlaskClient, cast: Cast) -> None:
    bob = browser_of(cast.bob)
    seen = bob.post("/preview", data={"body": "Try **this** <script>x</script>"})
    assert "<strong>this</strong>" in seen.text
    assert "<script>" not in seen.text
    assert "<html" not in seen.text
    assert "nothing to read" in bob.post("/preview", data={"body": " "}).text
    assert bob.get("/preview").status_code == 405
    assert stranger.post("/preview", data={"body": "x"}).status_code == 303


def test_preview_has_a_limit(browser_of, cast: Cast) -> None:
    bob = browser_of(cast.bob)
    codes = [bob.post("/preview", data={"body": "x"}).status_code for _time in range(61)]
    assert codes == [200] * 60 + [429]


def test_quoting_fills_the_box(browser_of, stranger: FlaskClient, make: Make, cast: Cast, thread: Thread) -> None:
    hidden = make.reply(thread, cast.bob, "canary")
    with writing():
        moderating.hide_post(hidden, by=cast.dora, reason="x")
    alice, address = browser_of(cast.alice), f"/threads/{thread.id}/{thread.slug}?quote="
    page = alice.get(f"{address}1").text
    assert "&gt; **Alice:**\n&gt;\n&gt; The box blinks red" in page
    assert 'name="reply_to" value="1"' in page
    assert re.search(r"works\.\n\n</textarea>", page)  # what is typed next is no part of the quote
    assert "canary" not in alice.get(f"{address}2").text
    assert alice.get(f"{address}77").status_code == 200
    assert alice.get(f"{address}{10**30}").status_code == 200
    assert "&gt; The box" not in stranger.get(f"{address}1").text


def test_five_posts_a_minute_are_enough(browser_of, cast: Cast, thread: Thread) -> None:
    bob = browser_of(cast.bob)
    codes = [
        bob.post(f"/threads/{thread.id}/replies", data={"body": f"Line {n} of my words"}).status_code for n in range(6)
    ]
    assert codes == [303] * 5 + [429]
    refused = bob.post(f"/threads/{thread.id}/replies", data={"body": "My long and careful words"})
    assert "My long and careful words" in refused.text
    assert int(refused.headers["Retry-After"]) > 0


def test_an_account_of_today_has_a_smaller_measure(browser_of, make: Make, thread: Thread) -> None:
    eve = browser_of(make.person("eve", created_at=clock.ago(hours=3)))
    codes = [eve.post(f"/threads/{thread.id}/replies", data={"body": f"Line {n}"}).status_code for n in range(4)]
    assert codes == [303] * 3 + [429]


def test_staff_have_a_larger_one(browser_of, cast: Cast, thread: Thread) -> None:
    carol = browser_of(cast.carol)
    assert [carol.post(f"/threads/{thread.id}/replies", data={"body": f"{n}"}).status_code for n in range(8)] == [
        303
    ] * 8


def test_a_mention_is_a_link_and_a_fact(browser_of, cast: Cast, thread: Thread) -> None:
    browser_of(cast.carol).post(
        f"/threads/{thread.id}/replies", data={"body": "Ask @bob and @nobody, `@dora` too, @Alice"}
    )
    post = replies()[0]
    assert '<a href="/people/bob">@bob</a>' in post.html
    assert '<a href="/people/alice">@Alice</a>' in post.html
    assert "@nobody</a>" not in post.html
    event = db.session.scalars(select(Event).where(Event.action == Action.POST_REPLIED.value)).one()
    assert event.payload == {"mentioned": [cast.bob.id, cast.alice.id]}


def test_replies_are_numbered_in_their_order(browser_of, cast: Cast, thread: Thread) -> None:
    carol = browser_of(cast.carol)
    for minute in range(3):
        with clock.frozen(clock.now() + timedelta(minutes=minute)):
            carol.post(f"/threads/{thread.id}/replies", data={"body": f"{minute}"})
    assert [post.number for post in replies()] == [2, 3, 4]


def test_the_same_words_sent_again_after_going_back_are_one_reply(browser_of, make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    bob = browser_of(cast.bob)
    places = [
        bob.post(
            f"/threads/{thread.id}/replies", data={"body": "Same here.", "idempotency_key": f"key-number-{n}-of-two"}
        )
        for n in range(2)
    ]
    assert places[0].headers["Location"] == places[1].headers["Location"]
    db.session.rollback()
    assert db.session.get_one(Thread, thread.id).reply_count == 1
