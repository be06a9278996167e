"""Who hears of what: once, never of themselves, and never of what they may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts import people
from community.accounts.models import Person
from community.core import clock, events
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.core.mailer import Mail
from community.notifications import following, notifying, recipients
from community.notifications.models import Notification
from community.notifications.sentences import KINDS
from community.threads import editing, moderating, posting, solving, voting
from community.threads.models import Post, Thread
from community.threads.posting import Words
from tests.making import Cast, Make, words
from tests.working import work


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Alice asks; what that caused is done."""
    thread = make.thread(by=cast.alice)
    work()
    return thread


def told(person: Person) -> list[str]:
    """The kinds of what this person was told, oldest first."""
    work()
    rows = select(Notification.kind).where(Notification.person_id == person.id).order_by(Notification.id)
    return list(db.session.scalars(rows))


def mailed(person: Person) -> list[Mail]:
    work()
    return list(db.session.scalars(select(Mail).where(Mail.person_id == person.id).order_by(Mail.id)))


def mention(body: str, *persons: Person) -> Words:
    written = words(body)
    return Words(written.source, written.rendered, tuple(person.id for person in persons))


def test_the_asker_hears_of_a_reply(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.carol)
    assert told(cast.alice) == ["replied"]
    assert len(mailed(cast.alice)) == 1


def test_nobody_hears_of_their_own_acts(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.alice)
    assert told(cast.alice) == []


def test_whoever_took_part_hears_of_the_solution_once(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.bob)
    answer = make.reply(thread, cast.carol)
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    assert told(cast.bob) == ["replied", "solved"]
    assert told(cast.alice) == ["replied", "replied"]


def test_saying_me_too_follows(make: Make, cast: Cast, thread: Thread) -> None:
    with writing():
        voting.say_me_too(thread, by=cast.bob)
    make.reply(thread, cast.carol)
    assert told(cast.bob) == ["replied"]


def test_a_bystander_hears_nothing(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.carol)
    assert told(cast.bob) == []


def test_unfollowing_sticks_even_after_replying_again(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.bob)
    with writing():
        following.unfollow(thread, by=cast.bob)
    make.reply(thread, cast.bob, "One more thing.")
    make.reply(thread, cast.carol)
    assert told(cast.bob) == []
    with writing():
        following.follow(thread, by=cast.bob)
    make.reply(thread, cast.carol, "And another.")
    assert told(cast.bob) == ["replied"]


def test_a_mention_outweighs_a_reply_and_tells_once(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.bob)
    with writing():
        posting.reply(thread, by=cast.carol, words=mention("Look at this, @bob.", cast.bob))
    assert told(cast.bob) == ["mentioned"]
    assert len(mailed(cast.bob)) == 1


def test_an_edit_tells_only_those_it_mentions_anew(make: Make, cast: Cast, thread: Thread) -> None:
    with writing():
        post = posting.reply(thread, by=cast.carol, words=mention("Look at this, @bob.", cast.bob))
    work()
    with writing():
        editing.edit_post(
            post, by=cast.carol, words=mention("Look, @bob and @dora.", cast.bob, cast.dora), started_from=1
        )
    assert told(cast.bob) == ["mentioned"]
    assert told(cast.dora) == ["mentioned"]


def test_a_decision_is_told_to_the_author_with_its_reason(make: Make, cast: Cast, thread: Thread) -> None:
    reply = make.reply(thread, cast.bob)
    with writing():
        moderating.hide_post(reply, by=cast.carol, reason="It shows a phone number.")
    assert told(cast.bob) == ["hidden"]
    (mail,) = mailed(cast.bob)
    assert "It shows a phone number." in mail.text
    assert reply.plain not in mail.text


@pytest.mark.parametrize("kind", ["moved", "locked", "unlocked", "duplicate", "reopened", "restored", "edited"])
def test_every_decision_about_a_thread_is_told_to_its_asker(make: Make, cast: Cast, thread: Thread, kind: str) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    first = make.thread(by=cast.dora, title="The one that was first here")
    room = make.category("power")
    answer = make.reply(thread, cast.carol)
    with writing(), events.silently():
        if kind == "unlocked":
            moderating.lock_thread(thread, by=cast.carol, reason="Quiet, please.")
        if kind == "reopened":
            solving.mark_solution(answer, by=cast.alice)
        if kind == "restored":
            moderating.hide_post(opening, by=cast.carol, reason="A mistake.")
    work()
    before = len(told(cast.alice))
    with writing():
        match kind:
            case "moved":
                moderating.move_thread(thread, room, by=cast.carol)
            case "locked":
                moderating.lock_thread(thread, by=cast.carol, reason="Quiet, please.")
            case "unlocked":
                moderating.unlock_thread(thread, by=cast.carol, reason="")
            case "duplicate":
                moderating.mark_duplicate(thread, first, by=cast.carol)
            case "reopened":
                solving.reopen(thread, by=cast.carol)
            case "restored":
                moderating.restore_post(opening, by=cast.carol, reason="We were wrong.")
            case "edited":
                editing.edit_post(opening, by=cast.carol, words=words("Without the number."), started_from=1)
    assert told(cast.alice)[before:] == [kind]


def test_what_was_hidden_before_the_worker_came_is_told_to_nobody(make: Make, cast: Cast, thread: Thread) -> None:
    reply = make.reply(thread, cast.bob)
    with writing():
        moderating.hide_post(reply, by=cast.carol, reason="Not fit for others.")
    assert told(cast.alice) == []
    assert mailed(cast.alice) == []


def test_a_mention_in_a_hidden_thread_is_told_to_no_customer(make: Make, cast: Cast, thread: Thread) -> None:
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    with writing():
        posting.reply(thread, by=cast.alice, words=mention("Do you know this, @bob?", cast.bob))
        moderating.hide_post(opening, by=cast.carol, reason="Shows an address.")
    assert told(cast.bob) == []


def test_nobody_who_was_shut_out_is_told(make: Make, cast: Cast, thread: Thread) -> None:
    with writing():
        people.disable(cast.alice)
    make.reply(thread, cast.carol)
    assert told(cast.alice) == []


def test_somebody_without_a_confirmed_address_is_told_but_not_mailed(make: Make, cast: Cast, thread: Thread) -> None:
    with writing():
        cast.alice.email_verified_at = None
    make.reply(thread, cast.carol)
    assert told(cast.alice) == ["replied"]
    assert mailed(cast.alice) == []


def test_the_job_run_twice_tells_once(make: Make, cast: Cast, thread: Thread) -> None:
    make.reply(thread, cast.carol)
    work()
    event = db.session.scalars(select(Event).where(Event.action == Action.POST_REPLIED)).one()
    notifying.notify([{"event_id": event.id, "thread_id": event.thread_id, "post_id": event.post_id}])
    assert told(cast.alice) == ["replied"]
    assert len(mailed(cast.alice)) == 1


def test_an_event_that_cannot_be_told_holds_up_no_other(
    make: Make, cast: Cast, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.reply(thread, cast.carol)
    make.reply(thread, cast.bob)
    real, calls = notifying.recipients, list[Event]()

    def stumbles(event: Event) -> object:
        calls.append(event)
        if len(calls) == 1:
            raise LookupError("nobody knows")
        return real(event)

    monkeypatch.setattr(notifying, "recipients", stumbles)
    assert told(cast.alice) == ["replied"]
    assert (
        db.session.scalars(select(Job.last_error).where(Job.name == notifying.JOB)).one() == "LookupError: nobody knows"
    )
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert told(cast.alice) == ["replied", "replied"]


def test_a_mention_that_stays_in_an_edit_is_told_once_though_both_are_told_together(
    make: Make, cast: Cast, thread: Thread
) -> None:
    with writing():
        post = posting.reply(thread, by=cast.carol, words=mention("Ask @bob.", cast.bob))
    with writing():
        editing.edit_post(post, by=cast.carol, words=mention("Do ask @bob.", cast.bob), started_from=1)
    assert told(cast.bob) == ["mentioned"]


def test_a_mail_speaks_the_recipients_language(make: Make, cast: Cast, thread: Thread) -> None:
    with writing():
        cast.alice.language = "de"
    make.reply(thread, cast.bob)
    (mail,) = mailed(cast.alice)
    assert mail.language == "de"
    assert 'lang="de"' in mail.html


def test_signs_in_titles_and_names_arrive_as_they_are(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice, title='Box & cable: <no> "signal" at 100 % – what\'s up?')
    with writing():
        cast.bob.display_name = "Bob O'Neil & Sons"
        cast.alice.display_name = "Alice & Co"
    make.reply(thread, cast.bob)
    (mail,) = mailed(cast.alice)
    assert "Bob O'Neil & Sons" in mail.subject
    assert thread.title in mail.subject
    assert thread.title in mail.text
    assert "Hello Alice & Co," in mail.text
    assert "Hello Alice &amp; Co," in mail.html
    assert "<no>" not in mail.html
    assert "&amp;amp;" not in mail.html


def test_every_kind_that_is_told_has_a_sentence(make: Make, cast: Cast) -> None:
    tables = (recipients.FOR_FOLLOWERS, recipients.FOR_AUTHORS, recipients.FOR_COLLEAGUES, recipients.FOR_NAMED)
    assert {kind for table in tables for kind in table.values()} | {"mentioned", "edited"} == KINDS


def test_planting_tells_nobody(make: Make, cast: Cast) -> None:
    with events.silently():
        thread = make.thread(by=cast.alice)
        make.reply(thread, cast.carol)
    assert told(cast.alice) == []
