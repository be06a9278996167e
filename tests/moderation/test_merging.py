"""Two threads become one: every post, follower and "me too" is there once, and every address leads where it should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.intake import drafts
from community.intake.drafts import Sitting, Written
from community.intake.models import Draft
from community.notifications import following
from community.notifications.models import Follow, Notification
from community.threads import editing, moderating, posting, repair, solving, voting
from community.threads.models import Alias, MeToo, Post, Revision, Solution, State, Thread
from moderation.models import AuditEntry
from moderation.restructuring import merging
from moderation.restructuring.models import Restructuring
from search_index import indexing
from search_index.engines.contract import Filters
from search_index.parsing import parse
from tests.making import Cast, Make, words
from tests.working import reindex, work

WHY = "Both are about the same outage."


@pytest.fixture
def into(make: Make, cast: Cast) -> Thread:
    """Alice's thread with Carol's answer, the one that stays."""
    with clock.frozen(clock.now() - timedelta(hours=3)):
        thread = make.thread(cast.alice, title="Outage in the old town", body="Nothing works here.")
        make.reply(thread, cast.carol, "We look into the outage.")
    return thread


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Bob's thread with a reply of his own, the one that goes."""
    with clock.frozen(clock.now() - timedelta(hours=2)):
        thread = make.thread(cast.bob, title="Is there an outage?", body="The lamp blinks red.", tags=["lamp"])
    with clock.frozen(clock.now() - timedelta(hours=1)):
        make.reply(thread, cast.bob, "Still red.")
    return thread


def merge(thread: Thread, into: Thread, cast: Cast) -> Restructuring:
    with writing():
        return merging.merge(thread, into, by=cast.dora, reason=WHY)


def posts_in(thread: Thread) -> list[tuple[int, str]]:
    db.session.rollback()
    rows = select(Post.number, Post.plain).where(Post.thread_id == thread.id).order_by(Post.number)
    return [(number, plain.strip()) for number, plain in db.session.execute(rows)]


def number_of(table: type, *where) -> int:  # type: ignore[no-untyped-def]
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


# --- Posts


def test_all_posts_stand_behind_those_that_were_there(cast: Cast, thread: Thread, into: Thread) -> None:
    ids = list(db.session.scalars(select(Post.id).where(Post.thread_id == thread.id).order_by(Post.number)))
    merge(thread, into, cast)
    assert posts_in(into) == [
        (1, "Nothing works here."),
        (2, "We look into the outage."),
        (3, "The lamp blinks red."),
        (4, "Still red."),
    ]
    assert posts_in(thread) == []
    assert [db.session.get_one(Post, each).number for each in ids] == [3, 4]
    assert into.next_number == 5


def test_what_replied_to_a_post_still_does(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    with writing():
        reply = posting.reply(thread, by=cast.carol, words=words("To your second line."), reply_to=2)
    merge(thread, into, cast)
    assert (reply.number, reply.reply_to_number) == (5, 4)


def test_revisions_and_helpful_votes_go_along(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    reply = make.reply(thread, cast.carol)
    with writing():
        voting.vote_helpful(reply, by=cast.alice)
        editing.edit_post(reply, by=cast.carol, words=words("Better said."), started_from=1)
    merge(thread, into, cast)
    assert (reply.thread_id, reply.helpful_count, number_of(Revision, Revision.post_id == reply.id)) == (into.id, 1, 2)
    with writing():
        voting.vote_helpful(reply, by=cast.alice)
    assert reply.helpful_count == 1


def test_hidden_posts_stay_hidden(make: Make, cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient) -> None:
    reply = make.reply(thread, cast.bob, "My number is canary-4711.")
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="A customer number.")
    merge(thread, into, cast)
    assert reply.visibility == "hidden"
    assert "canary-4711" not in stranger.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)


def test_the_next_reply_gets_the_next_number(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    merge(thread, into, cast)
    assert make.reply(into, cast.alice).number == 5


# --- Addresses


def test_the_old_address_leads_to_where_its_question_stands_for_good(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200
    merge(thread, into, cast)
    for address in (f"/threads/{thread.id}/{thread.slug}", f"/threads/{thread.id}", f"/threads/{thread.id}/x?page=1"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/threads/{into.id}/{into.slug}#post-3")


def test_readers_who_are_signed_in_are_led_on_as_well(cast: Cast, thread: Thread, into: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/threads/{thread.id}/{thread.slug}"
    for person in (cast.alice, cast.bob, cast.carol):
        assert browser_of(person).get(address).status_code == 200
    merge(thread, into, cast)
    for person in (cast.alice, cast.bob, cast.carol):
        answer = browser_of(person).get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/threads/{into.id}/{into.slug}#post-3")
        page = browser_of(person).get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)
        assert ("/moderation/restructurings/" in page) == (person is cast.carol)


def test_each_old_page_leads_to_where_its_first_post_stands(
    make: Make, cast: Cast, into: Thread, stranger: FlaskClient
) -> None:
    long = make.thread(cast.bob, title="A long thread of Bob's", replies=24)
    merge(long, into, cast)
    second = stranger.get(f"/threads/{long.id}/{long.slug}?page=2")
    assert (second.status_code, second.headers["Location"]) == (301, f"/threads/{into.id}/{into.slug}?page=2#post-23")
    beyond = stranger.get(f"/threads/{long.id}/{long.slug}?page=9")
    assert beyond.headers["Location"] == f"/threads/{into.id}/{into.slug}#post-3"


def test_permalinks_lead_to_the_posts(cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient) -> None:
    second = db.session.scalars(select(Post.id).where(Post.thread_id == thread.id, Post.number == 2)).one()
    merge(thread, into, cast)
    answer = stranger.get(f"/posts/{second}")
    assert answer.headers["Location"] == f"/threads/{into.id}/{into.slug}#post-4"


def test_feed_and_picture_of_the_old_thread_are_those_of_the_other(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    merge(thread, into, cast)
    for what in ("feed.atom", "picture.png"):
        answer = stranger.get(f"/threads/{thread.id}/{what}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/threads/{into.id}/{what}")


def test_a_chain_of_merges_is_one_step(
    make: Make, cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    last = make.thread(cast.bob, title="The last of all threads")
    with writing():
        db.session.add(Alias(path="/threads/99999", thread_id=thread.id))
        db.session.add(Alias(path="/threads/99998", thread_id=thread.id, number=2))
    merge(thread, into, cast)
    merge(into, last, cast)
    found = {n: stranger.get(f"/threads/{n}/x").headers["Location"] for n in (thread.id, into.id, 99999, 99998)}
    place = f"/threads/{last.id}/{last.slug}#post-"
    assert found == {
        thread.id: f"{place}4",
        into.id: f"{place}2",
        99999: f"{place}4",
        99998: f"{place}5",
    }


def test_an_address_tells_nothing_once_the_other_thread_is_hidden(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    merge(thread, into, cast)
    opening = db.session.scalars(select(Post).where(Post.thread_id == into.id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
    answer = stranger.get(f"/threads/{thread.id}/{thread.slug}")
    assert answer.status_code == 410
    assert into.title not in answer.get_data(as_text=True)


def test_duplicates_lead_on(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    third = make.thread(cast.bob, title="A duplicate of the first")
    with writing():
        moderating.mark_duplicate(third, thread, by=cast.dora)
    merge(thread, into, cast)
    db.session.refresh(third)
    assert third.duplicate_of_id == into.id


# --- Lists and counters


def test_nothing_has_to_be_repaired(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    with writing():
        voting.say_me_too(thread, by=cast.carol)
    merge(thread, into, cast)
    db.session.rollback()
    assert list(repair.drift()) == []
    assert (into.reply_count, thread.reply_count, make.category().thread_count) == (3, 0, 1)


def test_it_is_in_no_list_feed_or_sitemap_any_more(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    places = (
        "/",
        "/threads",
        "/categories/internet",
        "/tags/lamp",
        "/people/bob",
        "/threads/feed.atom",
        "/sitemap/1.xml",
    )
    for place in places:  # kept pages of before
        stranger.get(place)
    merge(thread, into, cast)
    for place in places:
        answer = stranger.get(place).get_data(as_text=True)
        assert f"/threads/{thread.id}/" not in answer, place
        assert thread.title not in answer, place


def test_the_search_finds_the_posts_in_the_other_thread(cast: Cast, thread: Thread, into: Thread) -> None:
    reindex()
    assert found("blinks") == [thread.id]
    merge(thread, into, cast)
    work()
    assert found("blinks") == [into.id]


def found(word: str) -> list[int]:
    answer = indexing.engine().search(parse(word), Filters(), language="en", limit=10)
    return [hit.thread_id for hit in answer.hits]


def test_whoever_waits_goes_on_waiting(cast: Cast, thread: Thread, into: Thread) -> None:
    """Carol's answer was written before Bob asked, so Bob is unanswered."""
    asked = thread.created_at
    merge(thread, into, cast)
    assert (into.state, into.waiting_since) == (State.NEEDS_STAFF, asked)


def test_an_older_answer_from_the_other_thread_answers_nothing_that_was_asked_later(make: Make, cast: Cast) -> None:
    with clock.frozen(clock.now() - timedelta(days=2)):
        old = make.thread(cast.bob, title="An old thread of Bob's")
        make.reply(old, cast.carol, "It works again.")
    fresh = make.thread(cast.alice, title="A new thread of Alice's")
    merge(old, fresh, cast)
    assert (fresh.state, fresh.waiting_since) == (State.NEEDS_STAFF, fresh.created_at)
    assert fresh.last_post_at == fresh.created_at
    assert fresh.first_answered_at is None
    assert list(repair.drift()) == []


def test_a_question_that_came_is_no_answer(make: Make, cast: Cast, thread: Thread) -> None:
    with clock.frozen(clock.now() - timedelta(hours=5)):
        unanswered = make.thread(cast.alice, title="Nobody answered this one")
    merge(thread, unanswered, cast)
    assert unanswered.first_answered_at is not None  # by Bob's second post
    assert unanswered.first_answered_at > unanswered.created_at + timedelta(hours=3)
    assert list(repair.drift()) == []


# --- People


def test_followers_follow_the_other_thread_once(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    with writing():
        following.follow(thread, by=cast.jana)
        following.follow(thread, by=cast.alice)
        following.follow(thread, by=cast.carol)
        following.unfollow(into, by=cast.carol)
    merge(thread, into, cast)
    levels = dict(db.session.execute(select(Follow.person_id, Follow.level).where(Follow.thread_id == into.id)).all())
    assert levels == {
        cast.alice.id: "normal",
        cast.bob.id: "normal",
        cast.jana.id: "normal",
        cast.carol.id: "off",  # as she said of the thread that stays
    }
    assert number_of(Follow, Follow.thread_id == thread.id) == 0


def test_nobody_has_it_twice(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    people = {name: make.person(name) for name in ("ella", "finn", "gina")}
    with writing():
        for name in ("ella", "finn"):
            voting.say_me_too(thread, by=people[name])
        for name in ("finn", "gina"):
            voting.say_me_too(into, by=people[name])
        voting.say_me_too(thread, by=cast.alice)  # who asked the other thread
    merge(thread, into, cast)
    have = set(db.session.scalars(select(MeToo.person_id).where(MeToo.thread_id == into.id)))
    assert have == {people[name].id for name in ("ella", "finn", "gina")}
    assert (into.me_too_count, thread.me_too_count) == (3, 0)


def test_followers_are_told_once_with_the_reason(cast: Cast, thread: Thread, into: Thread) -> None:
    with writing():
        following.follow(thread, by=cast.jana)
    merge(thread, into, cast)
    work()
    work()
    told = db.session.scalars(select(Notification).where(Notification.kind == "merged")).all()
    assert {(one.person_id, one.thread_id) for one in told} == {(cast.bob.id, into.id), (cast.jana.id, into.id)}
    assert len(told) == 2
    mails = db.session.scalars(select(Mail).where(Mail.person_id == cast.bob.id, Mail.text.contains(WHY))).all()
    assert len(mails) == 1
    assert f"/threads/{into.id}/" in mails[0].text


def test_what_was_told_before_leads_to_the_other_thread(
    make: Make, cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol, "Please restart the box.")
    work()
    merge(thread, into, cast)
    kept = db.session.scalars(select(Notification.thread_id).where(Notification.kind == "replied")).all()
    assert set(kept) == {into.id}
    assert into.title in browser_of(cast.bob).get("/notifications").get_data(as_text=True)


def test_a_reply_just_before_is_told_to_those_who_followed(
    make: Make, cast: Cast, thread: Thread, into: Thread
) -> None:
    make.reply(thread, cast.carol, "Please restart the box.")
    merge(thread, into, cast)
    work()
    told = db.session.scalars(select(Notification).where(Notification.kind == "replied")).all()
    assert (cast.bob.id, into.id) in {(one.person_id, one.thread_id) for one in told}


# --- Drafts and open forms


def draft(thread: Thread, person, text: str) -> None:  # type: ignore[no-untyped-def]
    with writing():
        drafts.save_reply(thread, Written(body=text), Sitting(), by=person)


def drafts_in(thread: Thread) -> dict[int | None, str]:
    return dict(db.session.execute(select(Draft.person_id, Draft.body).where(Draft.thread_id == thread.id)).all())


def test_a_reply_that_is_being_written_goes_along(cast: Cast, thread: Thread, into: Thread) -> None:
    draft(thread, cast.bob, "What I was about to say")
    draft(thread, cast.alice, "and here, too")
    draft(into, cast.alice, "I write in both,")
    merge(thread, into, cast)
    assert drafts_in(into) == {
        cast.bob.id: "What I was about to say",
        cast.alice.id: "I write in both,\n\nand here, too",
    }
    assert drafts_in(thread) == {}


def test_an_open_reply_form_ends_in_the_other_thread(cast: Cast, thread: Thread, into: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(cast.bob)
    merge(thread, into, cast)
    answer = bob.post(f"/threads/{thread.id}/replies", data={"body": "Written before.", "reply_to": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/threads/{into.id}/{into.slug}#post-5")
    assert posts_in(into)[-1] == (5, "Written before.")
    assert db.session.scalars(select(Post.reply_to_number).where(Post.number == 5)).one() is None


def test_a_draft_of_an_open_form_is_kept_in_the_other_thread(
    cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(cast.bob)
    merge(thread, into, cast)
    page = bob.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)
    address = f"/drafts/reply/{thread.id}"
    assert f"/drafts/reply/{into.id}" in page
    assert bob.post(address, data={"body": "Typed on the old page"}).status_code == 200
    assert drafts_in(into) == {cast.bob.id: "Typed on the old page"}


def test_another_open_form_is_sent_to_the_other_thread(
    make: Make, cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    ella = browser_of(make.person("ella"))
    merge(thread, into, cast)
    answer = ella.post(f"/threads/{thread.id}/me-too")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/threads/{into.id}/me-too")
    assert ella.post(f"/threads/{thread.id}/me-too", follow_redirects=True).status_code == 200
    assert into.me_too_count == 1


def test_other_old_addresses_lead_on_as_well(make: Make, cast: Cast, thread: Thread, into: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    merge(thread, into, cast)
    jana = browser_of(cast.jana)
    assert jana.post(f"/threads/{thread.id}/follow").headers["Location"] == f"/threads/{into.id}/{into.slug}"
    assert cast.jana.id in following.followers(into.id)
    found = jana.get(f"/search/thread/{thread.id}?q=red").get_data(as_text=True)
    assert f"/threads/{into.id}/{into.slug}#post-4" in found


@pytest.mark.parametrize("verb", ["reply", "me too", "lock", "solve"])
def test_what_meets_a_merged_thread_is_a_conflict(
    make: Make, cast: Cast, thread: Thread, into: Thread, verb: str
) -> None:
    """Loaded before the merge, done after it: nothing is written into a thread that nobody reads."""
    merge(thread, into, cast)
    with pytest.raises(Conflict), writing():
        match verb:
            case "reply":
                posting.reply(thread, by=cast.bob, words=words("Too late."))
            case "me too":
                voting.say_me_too(thread, by=cast.carol)
            case "lock":
                moderating.lock_thread(thread, by=cast.dora, reason="So.")
            case "solve":
                solving.reopen(thread, by=cast.dora)


# --- Solutions


def test_the_thread_that_stays_keeps_its_solution(make: Make, cast: Cast) -> None:
    into, other = make.thread(cast.alice, solved=True), make.thread(cast.bob, title="The other one", solved=True)
    mine = db.session.scalars(select(Solution.post_id).where(Solution.thread_id == into.id)).one()
    merge(other, into, cast)
    assert list(db.session.scalars(select(Solution.post_id))) == [mine]
    assert into.state == State.SOLVED
    assert list(repair.drift()) == []


def test_an_unsolved_thread_is_solved_by_the_others_solution_on_the_staffs_word(make: Make, cast: Cast) -> None:
    into = make.thread(cast.alice)
    with clock.frozen(clock.now() - timedelta(days=100)):
        other = make.thread(cast.bob, title="The other one", solved=True)
    merge(other, into, cast)
    (mark,) = db.session.scalars(select(Solution))
    assert (mark.thread_id, mark.by_role, mark.by_id, mark.at) == (into.id, "staff", cast.dora.id, clock.now())
    assert into.state == State.SOLVED
    assert list(repair.drift()) == []


# --- What is said of it


def test_it_leaves_one_event_and_one_public_row(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    merge(thread, into, cast)
    (event,) = db.session.scalars(select(Event).where(Event.action == Action.THREAD_MERGED.value))
    assert (event.thread_id, event.payload["before"], event.payload["after"]) == (into.id, thread.id, into.id)
    (row,) = db.session.scalars(select(AuditEntry))
    assert (row.act, row.reason, row.is_public, row.actor_id) == ("thread.merged", WHY, True, cast.dora.id)
    log = stranger.get("/moderation/log").get_data(as_text=True)
    assert "merged two threads" in log
    assert WHY in log


def test_merging_ones_own_thread_is_logged_as_well(make: Make, cast: Cast, into: Thread) -> None:
    merge(make.thread(cast.dora, title="A thread of Dora's own"), into, cast)
    assert number_of(AuditEntry) == 1


def test_the_thread_says_what_came_from_where_and_why(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    merge(thread, into, cast)
    page = stranger.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)
    assert "2 posts came from a thread that was merged into this one" in page
    assert thread.title in page
    assert WHY in page
    assert "Undo" not in page


def test_the_title_of_a_merged_thread_is_hidden_with_its_question(
    cast: Cast, thread: Thread, into: Thread, stranger: FlaskClient
) -> None:
    done = merge(thread, into, cast)
    stranger.get(f"/threads/{into.id}/{into.slug}")
    with writing():
        moderating.hide_post(db.session.get_one(Post, done.first_post_id), by=cast.dora, reason="It names somebody.")
    assert thread.title not in stranger.get(f"/threads/{into.id}/{into.slug}").get_data(as_text=True)


# --- What is refused


def test_not_into_itself_nor_in_a_circle(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    with pytest.raises(Invalid, match="into itself"):
        merge(thread, thread, cast)
    with writing():
        moderating.mark_duplicate(into, thread, by=cast.dora)
    with pytest.raises(Invalid, match="circle"):
        merge(thread, into, cast)


def test_a_duplicate_is_merged_into_its_master(cast: Cast, thread: Thread, into: Thread) -> None:
    with writing():
        moderating.mark_duplicate(thread, into, by=cast.dora)
    merge(thread, into, cast)
    assert len(posts_in(into)) == 4


@pytest.mark.parametrize("which", ["thread", "into"])
def test_nothing_hidden_is_merged(cast: Cast, thread: Thread, into: Thread, which: str) -> None:
    hidden = thread if which == "thread" else into
    opening = db.session.scalars(select(Post).where(Post.thread_id == hidden.id, Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
    with pytest.raises(Invalid, match="not public"):
        merge(thread, into, cast)


def test_what_is_gone_is_not_merged_again(make: Make, cast: Cast, thread: Thread, into: Thread) -> None:
    merge(thread, into, cast)
    third = make.thread(cast.alice, title="A third one of Alice's")
    for pair in ((thread, third), (third, thread), (into, thread)):
        with pytest.raises(Conflict):
            merge(*pair, cast)


# --- The pages


def test_staff_see_both_before_they_decide(cast: Cast, thread: Thread, into: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    assert thread.title in carol.get(f"/moderation/threads/{thread.id}/merge").get_data(as_text=True)
    sent = {"into": f"http://localhost/threads/{into.id}/{into.slug}#post-2", "reason": WHY}
    page = carol.post(f"/moderation/threads/{thread.id}/merge", data=sent)
    told = page.get_data(as_text=True)
    assert page.status_code == 200
    for said in (thread.title, into.title, WHY, "2 posts", "1 follower", "Merge now"):
        assert said in told
    assert posts_in(thread) != []
    answer = carol.post(f"/moderation/threads/{thread.id}/merge", data=sent | {"confirmed": "1"})
    assert answer.status_code == 303
    assert carol.get(answer.headers["Location"]).headers["Location"] == f"/threads/{into.id}/{into.slug}#post-3"
    assert posts_in(thread) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give the number or the address"),
        ("abc", "Give the number or the address"),
        ("4711", "no thread of that number"),
        ("itself", "into itself"),
    ],
)
def test_a_wrong_number_is_said_on_the_same_page(cast: Cast, thread: Thread, browser_of, typed: str, said: str) -> None:  # type: ignore[no-untyped-def]
    given = str(thread.id) if typed == "itself" else typed
    address = f"/moderation/threads/{thread.id}/merge"
    answer = browser_of(cast.carol).post(address, data={"into": given, "reason": WHY, "confirmed": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert f'value="{WHY}"' in page
    assert number_of(Restructuring) == 0


def test_a_merge_without_a_reason_is_refused_on_the_same_page(
    cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/threads/{thread.id}/merge"
    answer = browser_of(cast.carol).post(address, data={"into": str(into.id), "reason": " ", "confirmed": "1"})
    assert answer.status_code == 422
    assert "Say why" in answer.get_data(as_text=True)
    assert f'value="{into.id}"' in answer.get_data(as_text=True)
    assert number_of(Restructuring) == 0


def test_the_number_of_a_merged_thread_means_the_one_it_is_in(
    make: Make, cast: Cast, thread: Thread, into: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    merge(thread, into, cast)
    third = make.thread(cast.alice, title="A third one of Alice's")
    sent = {"into": str(thread.id), "reason": WHY, "confirmed": "1"}
    carol = browser_of(cast.carol)
    assert carol.post(f"/moderation/threads/{third.id}/merge", data=sent).status_code == 303
    assert len(posts_in(into)) == 5
    circle = carol.post(f"/moderation/threads/{into.id}/merge", data=sent)
    assert (circle.status_code, "into itself" in circle.get_data(as_text=True)) == (422, True)
    late = carol.post(f"/moderation/threads/{third.id}/merge", data=sent)
    assert (late.status_code, "merged into another one meanwhile" in late.get_data(as_text=True)) == (409, True)


def test_merging_is_for_staff_and_never_a_get(
    cast: Cast, thread: Thread, into: Thread, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/threads/{thread.id}/merge"
    sent = {"into": str(into.id), "reason": WHY, "confirmed": "1"}
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address, data=sent).status_code == 403
        assert browser_of(customer).get(address).status_code == 403
    assert stranger.post(address, data=sent).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(address, query_string=sent).status_code == 200
    assert number_of(Restructuring) == 0
