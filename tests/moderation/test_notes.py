"""Staff notes: written, changed and taken back by their author; each act leaves one row that does not say what was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict
from community.core.events import Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications import notifying
from community.notifications.models import Notification
from community.threads.models import Post, Thread
from community.threads.posting import Words
from community.threads.queries import THREAD_PAGE, thread_page
from community.threads.visibility import visible_thread
from moderation.models import AuditEntry
from moderation.notes import carrying, noting, queries
from moderation.notes.models import StaffNote
from tests.making import Cast, Make, words
from tests.working import work

SECRET = "Careful: they moved house twice."


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


def note_by(person: Person, thread: Thread, text: str = SECRET, *mentioned: Person) -> StaffNote:
    with writing():
        return noting.write_note(thread, by=person, words=meaning(text, *mentioned))


def meaning(text: str, *mentioned: Person) -> Words:
    """Words in which these persons are mentioned."""
    written = words(text)
    return Words(written.source, written.rendered, tuple(person.id for person in mentioned))


def logged() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def told(person: Person) -> list[str]:
    work()
    return list(db.session.scalars(select(Notification.kind).where(Notification.person_id == person.id)))


def test_a_note_has_author_text_and_moment(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread, "*Careful*, they moved house.")
    assert (note.author_id, note.thread_id, note.created_at) == (cast.carol.id, thread.id, clock.now())
    assert note.source == "*Careful*, they moved house."
    assert "<em>Careful</em>" in note.html


def test_a_note_is_no_post_and_changes_nothing_that_others_see(cast: Cast, thread: Thread) -> None:
    def looks() -> list[object]:
        db.session.refresh(thread)
        return [thread.version, thread.reply_count, thread.last_post_at, thread.waiting_since, thread.next_number]

    before, posts = looks(), db.session.scalar(select(func.count()).select_from(Post))
    with clock.frozen(clock.ago(minutes=-5)):
        note_by(cast.carol, thread)
    assert looks() == before
    assert db.session.scalar(select(func.count()).select_from(Post)) == posts


def test_each_act_leaves_one_row_that_is_not_public_and_does_not_say_what(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        noting.edit_note(note, by=cast.carol, words=words("Something else."), started_from=1)
    with writing():
        noting.delete_note(note, by=cast.carol)
    rows = logged()
    assert [row.act for row in rows] == ["note.written", "note.edited", "note.deleted"]
    assert {(row.actor_id, row.thread_id, row.is_public, row.reason) for row in rows} == {
        (cast.carol.id, thread.id, False, None)
    }
    for row in (*rows, *db.session.scalars(select(Event))):
        assert "moved house" not in str(vars(row))
        assert "Something else" not in str(vars(row))


def test_a_note_in_a_thread_of_ones_own_is_logged_too(make: Make, cast: Cast) -> None:
    note_by(cast.carol, make.thread(by=cast.carol))
    assert [row.act for row in logged()] == ["note.written"]


def test_an_edit_keeps_who_and_when_and_says_that_it_was_edited(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        noting.edit_note(note, by=cast.carol, words=words("Something else."), started_from=1)
    assert (note.source, note.version, note.edited_at) == ("Something else.", 2, clock.now())


def test_the_same_text_again_changes_nothing(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        noting.edit_note(note, by=cast.carol, words=words(SECRET), started_from=1)
    assert (note.version, note.edited_at, len(logged())) == (1, None, 1)


def test_of_a_deleted_note_only_who_and_when_remain(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread, SECRET, cast.dora)
    with writing():
        noting.delete_note(note, by=cast.carol)
    assert (note.author_id, note.deleted_at, note.deleted_by_id) == (cast.carol.id, clock.now(), cast.carol.id)
    assert (note.source, note.html, note.mentioned) == ("", "", [])


def test_what_was_deleted_or_saved_meanwhile_is_a_conflict(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        noting.edit_note(note, by=cast.carol, words=words("First."), started_from=1)
    with pytest.raises(noting.StaleNote), writing():
        noting.edit_note(note, by=cast.carol, words=words("Second."), started_from=1)
    with writing():
        noting.delete_note(note, by=cast.carol)
    for act in (
        lambda: noting.delete_note(note, by=cast.carol),
        lambda: noting.edit_note(note, by=cast.carol, words=words("Third."), started_from=2),
    ):
        with pytest.raises(Conflict), writing():
            act()
    assert [row.act for row in logged()] == ["note.written", "note.edited", "note.deleted"]


def test_no_note_is_written_beside_a_thread_that_was_removed_meanwhile(cast: Cast, thread: Thread) -> None:
    with writing():
        thread.visibility = "removed"
    with pytest.raises(Conflict):
        note_by(cast.carol, thread)
    assert db.session.scalar(select(func.count()).select_from(StaffNote)) == 0


# --- Who is told


def test_a_colleague_who_is_mentioned_hears_of_it_on_the_page_and_by_no_mail(cast: Cast, thread: Thread) -> None:
    note_by(cast.carol, thread, f"@dora {SECRET}", cast.dora)
    assert told(cast.dora) == ["noted"]
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.person_id == cast.dora.id)) == 0


def test_a_customer_who_is_mentioned_hears_nothing(cast: Cast, thread: Thread) -> None:
    note_by(cast.carol, thread, f"@alice and @bob {SECRET}", cast.alice, cast.bob)
    assert told(cast.alice) == told(cast.bob) == []


def test_nobody_hears_of_what_they_wrote_themselves(cast: Cast, thread: Thread) -> None:
    note_by(cast.carol, thread, "@carol remember.", cast.carol)
    assert told(cast.carol) == []


def test_an_edit_tells_only_those_who_are_new(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread, "@dora look.", cast.dora)
    with writing():
        both = meaning("@dora and @jana look.", cast.dora, cast.jana)
        noting.edit_note(note, by=cast.carol, words=both, started_from=1)
    assert (told(cast.dora), told(cast.jana)) == (["noted"], ["noted"])


def test_of_a_note_that_is_gone_nobody_hears(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread, "@dora look.", cast.dora)
    with writing():
        noting.delete_note(note, by=cast.carol)
    assert told(cast.dora) == []


def test_who_is_no_longer_staff_no_longer_sees_that_they_were_mentioned(cast: Cast, thread: Thread) -> None:
    note_by(cast.carol, thread, "@dora look.", cast.dora)
    work()
    assert [row.kind for row in notifying.notifications_of(cast.dora)] == ["noted"]
    with writing():
        cast.dora.role = "customer"
    assert notifying.notifications_of(cast.dora) == []
    assert notifying.unread_count(cast.dora) == 0


# --- Where it stands


def at(minute: int, thread: Thread, person: Person, text: str) -> StaffNote:
    """A note that was written so many minutes after the thread."""
    note = note_by(person, thread, text)
    with writing():
        note.created_at = thread.created_at + timedelta(minutes=minute)
    return note


def reply_at(minute: int, make: Make, thread: Thread, person: Person) -> Post:
    post = make.reply(thread, person)
    with writing():
        post.created_at = thread.created_at + timedelta(minutes=minute)
    return post


def placed(thread: Thread, viewer: Person, page: int = 1) -> dict[int, list[str]]:
    found = visible_thread(thread.id, viewer, *THREAD_PAGE)
    assert found is not None
    notes = queries.notes_on(thread_page(found, page, viewer), viewer)
    return {number: [note.source for note in behind] for number, behind in notes.items()}


def test_a_note_stands_behind_the_last_post_that_was_there_when_it_was_written(
    make: Make, cast: Cast, thread: Thread
) -> None:
    at(5, thread, cast.carol, "before the reply")
    reply_at(10, make, thread, cast.bob)
    at(15, thread, cast.dora, "after it")
    at(16, thread, cast.carol, "and another")
    assert placed(thread, cast.carol) == {1: ["before the reply"], 2: ["after it", "and another"]}


def test_each_note_stands_on_one_page_of_a_long_thread(app: Flask, make: Make, cast: Cast, thread: Thread) -> None:
    for number in range(2, 26):
        reply_at(number, make, thread, cast.bob)
    for minute in (1, 20, 21, 25):
        at(minute, thread, cast.carol, f"minute {minute}")
    assert placed(thread, cast.carol) == {1: ["minute 1"], 20: ["minute 20"]}
    assert placed(thread, cast.carol, 2) == {21: ["minute 21"], 25: ["minute 25"]}
    late = db.session.scalars(select(StaffNote).where(StaffNote.source == "minute 21")).one()
    with app.test_request_context():
        assert queries.note_address(late, thread, cast.carol).endswith(f"?page=2#note-{late.id}")


def test_nobody_but_staff_is_given_any(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        cast.dora.email_verified_at = None
    for person in (cast.alice, cast.bob, cast.dora):
        assert placed(thread, person) == {}
        assert queries.notes_in_case(thread, list(db.session.scalars(select(Post))), person) == ({}, False)
        assert queries.visible_note(note.id, person) is None


def test_a_note_that_is_gone_stands_nowhere(cast: Cast, thread: Thread) -> None:
    note = note_by(cast.carol, thread)
    with writing():
        noting.delete_note(note, by=cast.carol)
    assert placed(thread, cast.carol) == {}


def test_notes_go_along_with_their_thread_and_back(make: Make, cast: Cast, thread: Thread) -> None:
    other = make.thread(by=cast.bob)
    note_by(cast.carol, thread, "hers")
    note_by(cast.carol, other, "his")
    with writing():
        carried = carrying.carry_notes(thread, other)
    db.session.rollback()
    assert (placed(thread, cast.carol), placed(other, cast.carol)) == ({}, {1: ["hers", "his"]})
    note_by(cast.dora, other, "since")
    with writing():
        carrying.return_notes(thread, other, carried)
    db.session.rollback()
    assert (placed(thread, cast.carol), placed(other, cast.carol)) == ({1: ["hers"]}, {1: ["his", "since"]})
