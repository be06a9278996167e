"""The page that flags a post, and the desk's tab where staff decide: each works, refuses, and meets a conflict."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.accounts.permissions import Holder, Verb, put
from community.core import clock, limits
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation.flagging.models import Flag
from tests.counting import statements
from tests.making import Cast, Make
from tests.moderation.flagging_scene import customers, flag, logged, now, number_of, opening, told

SPAM = {"reason": "spam", "idempotency_key": "k" * 20}
WHY = {"reason": "It is advertising."}


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


@pytest.fixture
def post(make: Make, cast: Cast, thread: Thread) -> Post:
    return make.reply(thread, cast.bob)


def page_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


# --- Raising


def test_a_reader_flags_a_post_from_its_menu(cast: Cast, thread: Thread, post: Post, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice, address = browser_of(cast.alice), f"/posts/{post.id}/flag"
    thread_page = f"/threads/{thread.id}/{thread.slug}"
    assert address in page_of(alice.get(thread_page))
    assert address not in page_of(browser_of(cast.bob).get(thread_page))
    assert f"/posts/{opening(thread).id}/flag" in page_of(browser_of(cast.bob).get(thread_page))
    assert "Wrong or dangerous advice" in page_of(alice.get(address))
    answer = alice.post(address, data=SPAM)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{thread_page}#post-2")
    assert "Thank you" in page_of(alice.get(thread_page))
    assert number_of(Flag, Flag.by_id == cast.alice.id, Flag.reason == "spam") == 1


def test_readers_who_may_flag_share_their_page_and_who_is_silenced_gets_their_own(
    app: Flask, make: Make, thread: Thread, post: Post, browser_of
) -> None:  # type: ignore[no-untyped-def]
    one, other = customers(make, 2)
    silenced = make.person("quiet", silenced_until=clock.ago(days=-1))
    address = f"/threads/{thread.id}/{thread.slug}"
    pages = [page_of(browser_of(person).get(address)) for person in (one, other, silenced)]
    assert [f"/posts/{post.id}/flag" in page for page in pages] == [True, True, False]
    assert len(app.extensions["theke-wholes"]) == 1  # what says until when somebody is silenced is kept for nobody


def test_raising_again_says_so_kindly(cast: Cast, post: Post, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice, address = browser_of(cast.alice), f"/posts/{post.id}/flag"
    assert alice.post(address, data=SPAM).status_code == 303
    assert alice.post(address, data=SPAM).status_code == 303  # the same form sent twice
    again = alice.post(address, data=SPAM | {"idempotency_key": "l" * 20})
    assert again.status_code == 409
    for answer in (again, alice.get(address)):
        assert "You have flagged this post already" in page_of(answer)
    assert number_of(Flag) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": ""}, "Choose what is wrong"),
        ({"reason": "nonsense"}, "Choose what is wrong"),
        ({"reason": "other", "text": " \u200b"}, "Say in a few words"),
        ({"reason": "other", "text": "kept " * 101}, "at most 500"),
    ],
)
def test_what_is_missing_is_said_on_the_same_page_and_what_was_typed_is_kept(
    cast: Cast, post: Post, browser_of, sent: dict[str, str], said: str
) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.alice).post(f"/posts/{post.id}/flag", data=sent)
    assert answer.status_code == 422
    assert said in page_of(answer)
    assert sent.get("text", "").strip(" \u200b") in page_of(answer)
    assert number_of(Flag) == 0


def test_who_may_not_flag_is_refused(make: Make, cast: Cast, post: Post, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    address = f"/posts/{post.id}/flag"
    silenced = make.person("quiet", silenced_until=clock.ago(days=-1))
    unconfirmed = make.person("una")
    with writing():
        unconfirmed.email_verified_at = None
    for person in (cast.bob, silenced, unconfirmed):
        assert browser_of(person).post(address, data=SPAM).status_code == 403
    for answer in (stranger.get(address), stranger.post(address, data=SPAM)):
        assert answer.headers["Location"].startswith("/login")
    with writing():
        moderating.hide_post(post, by=cast.dora, reason="So.")
    assert browser_of(cast.alice).post(address, data=SPAM).status_code == 404
    assert number_of(Flag) == 0


def test_flags_have_a_limit(make: Make, cast: Cast, thread: Thread, browser_of, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(limits.RATES, "flag", limits.Rate(2, 3600))
    alice = browser_of(cast.alice)
    posts = [make.reply(thread, cast.bob, f"Reply {number}") for number in range(3)]
    answers = [alice.post(f"/posts/{each.id}/flag", data={"reason": "spam"}).status_code for each in posts]
    assert answers == [303, 303, 429]


def test_whose_flag_hides_a_question_is_led_to_its_category(app: Flask, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    app.config["FLAGS_HIDE_AT"] = 1
    answer = browser_of(cast.bob).post(f"/posts/{opening(thread).id}/flag", data=SPAM)
    assert answer.headers["Location"] == "/categories/internet"
    assert now(thread).visibility == "hidden"


# --- Deciding


def test_the_tab_shows_post_flags_and_who_raised_them_and_a_reason_to_begin_with(
    cast: Cast, thread: Thread, post: Post, browser_of
) -> None:  # type: ignore[no-untyped-def]
    flag(post, cast.alice, "insulting", "Look at the second line.")
    dora = browser_of(cast.dora)
    assert "/moderation/flags" in page_of(dora.get("/moderation"))
    page = page_of(dora.get("/moderation/flags"))
    for shown in (thread.title, post.plain, "Insulting", "Look at the second line.", "Alice", "It insults somebody."):
        assert shown in page


def test_after_a_decision_the_next_flagged_post_comes_by_itself(
    make: Make, cast: Cast, thread: Thread, post: Post, browser_of
) -> None:  # type: ignore[no-untyped-def]
    other = make.reply(thread, cast.bob, "Another of these.")
    for each in (post, other):
        flag(each, cast.alice)
    dora = browser_of(cast.dora)
    first = dora.post(f"/moderation/flags/{post.id}/uphold", data=WHY)
    assert (first.status_code, first.headers["Location"]) == (303, f"/moderation/flags?post={other.id}")
    page = page_of(dora.get(first.headers["Location"]))
    assert "The post is hidden." in page
    assert "Another of these." in page
    last = dora.post(f"/moderation/flags/{other.id}/dismiss", data={"reason": ""})
    assert (last.status_code, last.headers["Location"]) == (303, "/moderation/flags")
    assert "No flag is open" in page_of(dora.get("/moderation/flags"))
    assert (now(post).visibility, now(other).visibility) == ("hidden", "published")
    assert [(act, reason) for act, reason, _public in logged()] == [
        ("flag.upheld", "It is advertising."),
        ("flag.dismissed", None),
    ]


@pytest.mark.parametrize("act", ["uphold", "dismiss"])
def test_a_decision_is_refused_to_whoever_may_not_and_by_get(
    cast: Cast, thread: Thread, post: Post, browser_of, stranger: FlaskClient, act: str
) -> None:  # type: ignore[no-untyped-def]
    flag(post, cast.alice)
    address = f"/moderation/flags/{post.id}/{act}"
    with writing():
        put(Holder(role="agent"), Verb.FLAGS, thread.category_id, False, by=cast.jana)
        cast.dora.suspended_until = clock.ago(days=-1)
    before = logged()
    for person in (cast.alice, cast.bob, cast.carol, cast.dora):
        assert browser_of(person).post(address, data=WHY).status_code == 403
    assert stranger.post(address, data=WHY).headers["Location"].startswith("/login")
    jana = browser_of(cast.jana)
    assert jana.get(address).status_code == 405
    assert jana.post(f"/moderation/flags/4711/{act}", data=WHY).status_code == 404
    assert number_of(Flag, Flag.decided_at.is_(None)) == 1
    assert logged() == before


def test_hiding_needs_a_reason_and_what_was_typed_is_kept(cast: Cast, post: Post, browser_of) -> None:  # type: ignore[no-untyped-def]
    flag(post, cast.alice)
    dora = browser_of(cast.dora)
    for reason in (" \u200b", "x" * 2_001):
        answer = dora.post(f"/moderation/flags/{post.id}/uphold", data={"reason": reason})
        assert answer.status_code == 422
        assert "x" * 2_001 in page_of(answer) or len(reason) < 9
        assert post.plain in page_of(answer)
    assert logged() == []


def test_of_many_who_decide_at_once_one_wins_and_the_others_are_told_so(
    app: Flask, make: Make, cast: Cast, post: Post, browser_of
) -> None:  # type: ignore[no-untyped-def]
    flag(post, cast.alice)
    staff, acts = (cast.carol, cast.dora, cast.jana), ("uphold", "dismiss")
    sent = [(browser_of(staff[n % 3]), f"/moderation/flags/{post.id}/{acts[n % 2]}") for n in range(12)]
    db.session.rollback()

    def send(each: tuple[FlaskClient, str]) -> tuple[int, bool]:
        with app.app_context():
            answer = each[0].post(each[1], data=WHY)
        return answer.status_code, "Somebody else has decided" in page_of(answer)

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = Counter(pool.map(send, sent))
    assert answers[303, False] == 1
    assert answers[409, True] == len(sent) - 1
    assert len(logged()) == 1
    assert len([kind for kind in told(cast.alice) if kind.startswith("flag_")]) == 1


def test_of_many_who_flag_at_once_each_counts_once(app: Flask, make: Make, cast: Cast, post: Post, browser_of) -> None:  # type: ignore[no-untyped-def]
    readers = customers(make, 3) * 4
    browsers, address = [browser_of(reader) for reader in readers], f"/posts/{post.id}/flag"
    db.session.rollback()

    def send(browser: FlaskClient) -> int:
        with app.app_context():
            return browser.post(address, data={"reason": "spam"}).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = Counter(pool.map(send, browsers))
    assert answers[303] == 3
    assert set(answers) <= {303, 404, 409}  # it is hidden by the third
    assert number_of(Flag) == 3
    assert now(post).visibility == "hidden"


def test_the_tab_asks_as_many_questions_for_many_flagged_posts_as_for_one(
    make: Make, cast: Cast, thread: Thread, post: Post, browser_of
) -> None:  # type: ignore[no-untyped-def]
    dora, counts = browser_of(cast.dora), []
    readers = customers(make, 2)
    flag(post, readers[0])
    dora.get("/moderation/flags")
    for more in range(2):
        with statements() as seen:
            assert dora.get("/moderation/flags").status_code == 200
        counts.append(len(seen))
        if not more:
            for number in range(6):
                other = make.reply(make.thread(by=cast.alice, category=f"room{number % 2}"), cast.bob)
                for reader in readers:
                    flag(other, reader)
    assert counts[1] <= counts[0]
