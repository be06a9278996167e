"""Flags: who may raise them, how much they count, when they hide a post, and what staff's decisions do."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts.permissions import Holder, Verb, put
from community.core import clock
from community.core.errors import Conflict
from community.core.events import Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.threads import editing, moderating, repair, solving
from community.threads.models import Post, Thread
from moderation.flagging import deciding, queries, weighing
from moderation.flagging.models import Flag
from moderation.flagging.policy import can_flag
from moderation.restructuring import merging
from tests.making import Cast, Make, words
from tests.moderation.flagging_scene import customers, flag, hide_by_flags, logged, now, number_of, opening, told

SECRET = "He calls my neighbour names."


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


@pytest.fixture
def post(make: Make, cast: Cast, thread: Thread) -> Post:
    return make.reply(thread, cast.bob)


# --- Weight


def test_a_flag_counts_by_what_became_of_its_authors_earlier_flags() -> None:
    assert weighing.weight(0, 0) == 100
    assert [weighing.weight(n, 0) for n in (1, 3, 10)] == [133, 160, 183]
    assert [weighing.weight(0, n) for n in (1, 3, 10)] == [67, 40, 17]
    assert weighing.weight(5, 5) == 100
    assert all(0 < weighing.weight(up, down) < 200 for up in (0, 10**9) for down in (0, 10**9))
    assert weighing.is_heavy_enough(300, 3)
    assert not weighing.is_heavy_enough(299, 3)
    assert not weighing.is_heavy_enough(10**9, 0)


def test_decisions_change_the_weight_of_the_next_flag(make: Make, cast: Cast, thread: Thread) -> None:
    (reader,) = customers(make, 1)
    for verdict, weight in ((deciding.dismiss, 67), (deciding.uphold, 100)):
        one, next_one = make.reply(thread, cast.bob), make.reply(thread, cast.bob)
        flag(one, reader)
        with writing():
            verdict(one, by=cast.dora, reason="So.")
        assert flag(next_one, reader).weight == weight
        with writing():  # and is forgotten
            db.session.delete(db.session.scalars(select(Flag).where(Flag.post_id == next_one.id)).one())


# --- Hidden by flags


def test_flags_that_are_heavy_enough_together_hide_a_post_until_staff_have_looked(
    make: Make, cast: Cast, post: Post
) -> None:
    readers = customers(make, 3)
    for reader in readers[:2]:
        flag(post, reader)
    assert now(post).visibility == "published"
    flag(post, readers[2])
    assert (now(post).visibility, post.hidden_ground, post.hidden_by_id, post.hidden_reason) == (
        "hidden",
        "flags",
        None,
        None,
    )
    assert [one.post.id for one in queries.flagged(cast.dora)[0]] == [post.id]
    assert logged() == []  # nobody of the staff has done anything
    assert list(repair.drift()) == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Hidden because of flags"), ("de", "Nach Meldungen ausgeblendet")]
)
def test_everyone_reads_in_their_language_why_it_is_hidden(
    make: Make, cast: Cast, thread: Thread, post: Post, browser_of, language: str, said: str
) -> None:  # type: ignore[no-untyped-def]
    with writing():
        cast.alice.language = cast.bob.language = language
    hide_by_flags(make, post)
    for person in (cast.alice, cast.bob):
        assert said in browser_of(person).get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    assert told(cast.bob) == ["hidden"]
    mail = db.session.scalars(select(Mail).where(Mail.person_id == cast.bob.id).order_by(Mail.id.desc())).first()
    assert mail is not None
    assert said in mail.text
    assert said not in str([event.reason for event in db.session.scalars(select(Event))])


def test_a_hidden_question_hides_its_thread_and_comes_back_counted_right(
    make: Make, cast: Cast, thread: Thread
) -> None:
    question = opening(thread)
    hide_by_flags(make, question)
    assert now(thread).visibility == "hidden"
    with writing():
        deciding.dismiss(question, by=cast.dora)
    assert now(thread).visibility == "published"
    assert list(repair.drift()) == []


@pytest.mark.parametrize("spared", ["staff", "solution", "solved question", "left by staff", "switched off"])
def test_what_staff_answer_for_and_what_solved_something_is_never_hidden_by_flags(
    app: Flask, make: Make, cast: Cast, thread: Thread, spared: str
) -> None:
    post = make.reply(thread, cast.carol if spared == "staff" else cast.bob)
    with writing():
        if spared in ("solution", "solved question"):
            solving.mark_solution(post, by=cast.alice)
        if spared == "left by staff":
            moderating.hide_post(post, by=cast.dora, reason="By mistake.")
            moderating.restore_post(post, by=cast.dora, reason="By mistake.")
    if spared == "solved question":
        post = opening(thread)
    if spared == "switched off":
        app.config["FLAGS_HIDE_AT"] = 0
    hide_by_flags(make, post)
    assert now(post).visibility == "published"
    assert number_of(Flag) == 3  # staff see them all the same


def test_after_an_edit_flags_count_anew(make: Make, cast: Cast, post: Post) -> None:
    readers = hide_by_flags(make, post)
    with writing():
        deciding.dismiss(post, by=cast.dora)
    with pytest.raises(Conflict):
        flag(post, readers[0])
    with clock.frozen(clock.ago(minutes=-5)):
        with writing():
            editing.edit_post(post, by=cast.bob, words=words("Buy my boxes."), started_from=1)
        for reader in readers:
            flag(post, reader)  # each of their flags was dismissed once, so three are too light now
        assert now(post).visibility == "published"
        flag(post, make.person("another"))
    assert now(post).visibility == "hidden"


def test_a_flag_of_staff_who_may_hide_hides_alone_and_is_logged(make: Make, cast: Cast, thread: Thread) -> None:
    one, other = make.reply(thread, cast.bob), make.reply(thread, cast.bob)
    flag(one, cast.carol)
    assert now(one).visibility == "hidden"
    assert logged() == [("flag.raised", None, False)]
    with writing():
        put(Holder(person_id=cast.carol.id), Verb.HIDE, None, False, by=cast.jana)
    flag(other, cast.carol)
    assert now(other).visibility == "published"


# --- Decided


def test_uphold_hides_the_post_once_told_and_once_logged(make: Make, cast: Cast, post: Post) -> None:
    flag(post, cast.alice)
    with writing():
        deciding.uphold(post, by=cast.dora, reason="It is advertising.")
    assert (now(post).visibility, post.hidden_by_id, post.hidden_reason) == (
        "hidden",
        cast.dora.id,
        "It is advertising.",
    )
    assert logged() == [("flag.upheld", "It is advertising.", True)]
    assert told(cast.bob) == ["hidden"]
    assert told(cast.alice) == ["flag_upheld"]
    assert list(repair.drift()) == []


def test_uphold_gives_what_the_site_hid_a_reason_of_staff(make: Make, cast: Cast, post: Post) -> None:
    readers = hide_by_flags(make, post)
    with writing():
        deciding.uphold(post, by=cast.dora, reason="It is advertising.")
    assert (now(post).visibility, post.hidden_ground, post.hidden_reason) == ("hidden", None, "It is advertising.")
    assert [act for act, *_rest in logged()] == ["flag.upheld"]
    assert told(cast.bob) == ["hidden", "hidden"]
    assert [told(reader) for reader in readers] == [["flag_upheld"]] * 3


def test_dismiss_brings_back_what_the_site_hid(make: Make, cast: Cast, post: Post) -> None:
    readers = hide_by_flags(make, post)
    with writing():
        deciding.dismiss(post, by=cast.dora, reason="A fair remark.")
    assert (now(post).visibility, post.hidden_ground) == ("published", None)
    assert logged() == [("flag.dismissed", "A fair remark.", False)]
    assert told(cast.bob) == ["hidden", "restored"]
    assert [told(reader) for reader in readers] == [["flag_dismissed"]] * 3
    assert number_of(Mail, Mail.person_id.in_([reader.id for reader in readers])) == 0


def test_dismiss_leaves_hidden_what_staff_hid_for_another_reason(make: Make, cast: Cast, post: Post) -> None:
    flag(post, cast.alice)
    with writing():
        moderating.hide_post(post, by=cast.carol, reason="A customer number.")
    with writing():
        deciding.dismiss(post, by=cast.dora)
    assert (now(post).visibility, post.hidden_reason) == ("hidden", "A customer number.")


def test_who_flagged_a_question_that_is_hidden_is_told_so_without_its_title(
    make: Make, cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    flag(opening(thread), cast.bob)
    with writing():
        deciding.uphold(opening(thread), by=cast.dora, reason="It is advertising.")
    assert told(cast.bob) == ["flag_upheld_unnamed"]
    bob = browser_of(cast.bob)
    page = bob.get("/notifications").get_data(as_text=True)
    assert "hid the thread" in page
    assert thread.title not in page
    assert bob.post("/notifications/1").status_code == 303


def test_what_was_decided_cannot_be_decided_again(make: Make, cast: Cast, post: Post) -> None:
    flag(post, cast.alice)
    with writing():
        deciding.dismiss(post, by=cast.dora)
    for verdict in (deciding.uphold, deciding.dismiss):
        with pytest.raises(Conflict), writing():
            verdict(post, by=cast.carol, reason="So.")
    assert now(post).visibility == "published"
    assert len(logged()) == 1


def test_flags_go_where_their_post_goes(make: Make, cast: Cast, thread: Thread, post: Post) -> None:
    flag(post, cast.alice)
    into = make.thread(by=cast.bob, title="Where it all belongs")
    with writing():
        merging.merge(thread, into, by=cast.dora, reason="The same.")
    ((found,), _next) = queries.flagged(cast.dora)
    assert (found.post.id, found.post.thread_id) == (post.id, into.id)
    with writing():
        deciding.uphold(post, by=cast.dora, reason="So.")
    assert "flag_upheld" in told(cast.alice)


# --- The list


def test_the_heaviest_comes_first_then_what_was_flagged_first_page_by_page(
    make: Make, cast: Cast, thread: Thread
) -> None:
    posts = [make.reply(thread, cast.bob, f"Reply {number}") for number in range(4)]
    one, other = customers(make, 2)
    for post in posts:
        flag(post, one)
    flag(posts[2], other)
    everything = [item.post.id for item in queries.flagged(cast.dora)[0]]
    assert everything == [posts[2].id, posts[0].id, posts[1].id, posts[3].id]
    walked, key = [], ""
    for _page in range(2):
        items, key = queries.flagged(cast.dora, key, 2)
        walked += [item.post.id for item in items]
    assert (walked, key) == (everything, "")
    assert queries.count_of_flagged(cast.dora) == 4


def test_only_what_somebody_may_decide_about_is_listed(make: Make, cast: Cast, thread: Thread, post: Post) -> None:
    elsewhere = make.thread(by=cast.bob, title="The power is gone", category="power")
    for each in (post, opening(elsewhere)):
        flag(each, make.person(f"flags{each.id}"))
    with writing():
        put(Holder(role="agent"), Verb.FLAGS, thread.category_id, False, by=cast.jana)
    assert [item.post.thread_id for item in queries.flagged(cast.carol)[0]] == [elsewhere.id]
    assert queries.count_of_flagged(cast.carol) == 1
    assert queries.flagged_post(post.id, cast.carol) is None
    assert queries.count_of_flagged(cast.dora) == 2


# --- Who may


def test_who_may_not_write_may_not_flag(make: Make, cast: Cast, post: Post) -> None:
    later = clock.ago(days=-1)
    assert can_flag(cast.alice, post)
    assert not can_flag(cast.bob, post)
    for columns in ({"silenced_until": later}, {"suspended_until": later}, {"disabled_at": later}):
        assert not can_flag(make.person(f"p{len(columns)}{next(iter(columns))}", **columns), post)
