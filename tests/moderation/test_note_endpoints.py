"""Staff notes through pages: written beside the thread and on the desk, changed and deleted by their author, read by staff alone."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import limits
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from community.threads.posting import Words
from moderation.models import AuditEntry
from moderation.notes import noting, queries
from moderation.notes.models import StaffNote
from tests.counting import statements
from tests.making import Cast, Make, words
from tests.sending import forms, parse, text_of
from tests.working import work

SAID = "Careful: they moved house twice."


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


@pytest.fixture
def note(thread: Thread, cast: Cast) -> StaffNote:
    """Carol's."""
    with writing():
        return noting.write_note(thread, by=cast.carol, words=words(SAID))


def write_address(thread: Thread) -> str:
    return f"/moderation/threads/{thread.id}/notes"


def page_of(thread: Thread) -> str:
    return f"/threads/{thread.id}/{thread.slug}"


def stored() -> list[tuple[str, bool]]:
    """What every note says, and whether it is gone."""
    db.session.rollback()
    return [(note.source, note.deleted_at is not None) for note in db.session.scalars(select(StaffNote))]


def logged() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


# --- Writing


def test_it_is_written_and_leads_to_its_place(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    answer = carol.post(write_address(thread), data={"body": SAID})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(thread)}#note-1")
    assert stored() == [(SAID, False)]
    assert logged() == ["note.written"]
    page = carol.get(page_of(thread)).get_data(as_text=True)
    assert 'id="note-1"' in page
    assert SAID in page
    assert "Staff note, not public" in page


def test_from_the_desk_it_leads_back_to_the_case(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    desk = f"/moderation?case={thread.id}"
    fields = forms(carol.get(desk))[write_address(thread)]
    answer = carol.post(write_address(thread), data=fields | {"body": SAID})
    assert answer.headers["Location"] == f"{desk}#note-1"
    assert SAID in carol.get(desk).get_data(as_text=True)


def test_it_leads_back_only_within_the_site(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).post(write_address(thread), data={"body": SAID, "next": "//evil.example/"})
    assert answer.headers["Location"] == f"{page_of(thread)}#note-1"


def test_sent_twice_it_is_written_once(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    fields = forms(carol.get(page_of(thread)))[write_address(thread)] | {"body": SAID}
    answers = [carol.post(write_address(thread), data=fields) for _twice in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{page_of(thread)}#note-1"}
    assert stored() == [(SAID, False)]


def test_customers_are_refused_and_strangers_sent_to_the_login(
    thread: Thread,
    cast: Cast,
    browser_of,
    stranger: FlaskClient,  # type: ignore[no-untyped-def]
) -> None:
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(write_address(thread), data={"body": SAID}).status_code == 403
    answer = stranger.post(write_address(thread), data={"body": SAID})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")
    assert stored() == []


def test_it_refuses_get(thread: Thread, note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    for address in (write_address(thread), f"/moderation/notes/{note.id}/delete"):
        assert carol.get(address).status_code == 405
    assert stored() == [(SAID, False)]


@pytest.mark.parametrize("body", ["", " \n ", "\u200b\u2060", "x" * (limits.BODY_MAX + 1)])
def test_a_note_says_something_and_not_too_much(thread: Thread, cast: Cast, browser_of, body: str) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).post(write_address(thread), data={"body": body, "next": "/moderation"})
    assert answer.status_code == 422
    page = parse(answer)
    assert "field-error" in answer.get_data(as_text=True)
    assert (page.find(".//textarea[@name='body']").text or "").strip() == body.strip()
    assert forms(answer)[write_address(thread)]["next"] == "/moderation"
    assert stored() == []


def test_without_scripts_it_can_be_looked_at_first(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).post(write_address(thread), data={"body": f"*{SAID}*", "preview": "1"})
    assert answer.status_code == 200
    assert f"<em>{SAID}</em>" in answer.get_data(as_text=True)
    assert stored() == []


def test_threads_that_do_not_exist_or_were_removed_take_no_note(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    with writing():
        thread.visibility = "removed"
    for number in (thread.id, 4711, 2**31, 10**30):
        assert carol.post(f"/moderation/threads/{number}/notes", data={"body": SAID}).status_code == 404


def test_hidden_and_locked_threads_take_notes(make: Make, thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="Enough.")
        moderating.hide_post(opening, by=cast.dora, reason="Enough.")
    carol = browser_of(cast.carol)
    assert carol.post(write_address(thread), data={"body": SAID}).status_code == 303
    assert SAID in carol.get(page_of(thread)).get_data(as_text=True)


# --- Changing and deleting


def test_its_author_changes_it(thread: Thread, note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    address = f"/moderation/notes/{note.id}/edit"
    page = carol.get(address)
    assert SAID in page.get_data(as_text=True)
    answer = carol.post(address, data=forms(page)[address] | {"body": "Better said."})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(thread)}#note-{note.id}")
    assert stored() == [("Better said.", False)]
    assert logged() == ["note.written", "note.edited"]


def test_its_author_deletes_it(thread: Thread, note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    answer = carol.post(f"/moderation/notes/{note.id}/delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(thread))
    assert stored() == [("", True)]
    assert logged() == ["note.written", "note.deleted"]
    assert SAID not in carol.get(page_of(thread)).get_data(as_text=True)
    assert f"note-{note.id}" not in carol.get(page_of(thread)).get_data(as_text=True)


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_a_colleague_may_neither(note: StaffNote, cast: Cast, browser_of, act: str) -> None:  # type: ignore[no-untyped-def]
    for colleague in (cast.dora, cast.jana):
        browser = browser_of(colleague)
        answer = browser.post(f"/moderation/notes/{note.id}/{act}", data={"body": "Mine.", "started_from": "1"})
        assert answer.status_code == 403
        assert browser.get(f"/moderation/notes/{note.id}/edit").status_code == 403
    assert stored() == [(SAID, False)]


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_customers_and_strangers_may_neither(
    note: StaffNote,
    cast: Cast,
    browser_of,
    stranger: FlaskClient,
    act: str,  # type: ignore[no-untyped-def]
) -> None:
    sent = {"body": "Mine.", "started_from": "1"}
    for customer in (cast.alice, cast.bob):
        answer = browser_of(customer).post(f"/moderation/notes/{note.id}/{act}", data=sent)
        assert answer.status_code == 403
        assert SAID not in answer.get_data(as_text=True)
    answer = stranger.post(f"/moderation/notes/{note.id}/{act}", data=sent)
    assert urlsplit(answer.headers["Location"]).path == "/login"
    assert stored() == [(SAID, False)]


def test_what_was_saved_in_another_window_is_not_overwritten(note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    address = f"/moderation/notes/{note.id}/edit"
    carol.post(address, data={"body": "From the first window.", "started_from": "1"})
    answer = carol.post(address, data={"body": "From the second.", "started_from": "1"})
    assert answer.status_code == 409
    assert "From the first window." in text_of(parse(answer))
    assert stored() == [("From the first window.", False)]
    assert forms(answer)[address]["body"].strip() == "From the second."
    assert carol.post(address, data=forms(answer)[address]).status_code == 303
    assert stored() == [("From the second.", False)]


def test_what_was_deleted_meanwhile_is_a_conflict_and_the_text_is_kept(note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    carol.post(f"/moderation/notes/{note.id}/delete")
    assert carol.post(f"/moderation/notes/{note.id}/delete").status_code == 409
    answer = carol.post(f"/moderation/notes/{note.id}/edit", data={"body": "A longer text.", "started_from": "1"})
    assert answer.status_code == 409
    assert "A longer text." in answer.get_data(as_text=True)
    assert carol.get(f"/moderation/notes/{note.id}/edit").status_code == 404
    assert logged() == ["note.written", "note.deleted"]


def test_an_edit_too_is_judged_and_looked_at(note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    address = f"/moderation/notes/{note.id}/edit"
    assert carol.post(address, data={"body": "", "started_from": "1"}).status_code == 422
    looked = carol.post(address, data={"body": "*Better* said.", "started_from": "1", "preview": "1"})
    assert "<em>Better</em>" in looked.get_data(as_text=True)
    assert forms(looked)[address]["started_from"] == "1"
    assert stored() == [(SAID, False)]


def test_a_note_that_does_not_exist_is_not_found(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    for number in (4711, 2**31, 10**30):
        assert carol.get(f"/moderation/notes/{number}/edit").status_code == 404
        assert carol.post(f"/moderation/notes/{number}/delete").status_code == 404
    sent = {"body": "x", "started_from": "1"}
    assert carol.post("/moderation/notes/4711/edit", data=sent).status_code == 404


# --- Reading


def test_on_the_page_it_stands_between_the_posts(
    make: Make, thread: Thread, note: StaffNote, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    later = make.reply(thread, cast.bob, "A reply that came after it.")
    with writing():
        later.created_at = note.created_at.replace(hour=note.created_at.hour + 1)
    for address in (page_of(thread), f"/moderation?case={thread.id}"):
        page = browser_of(cast.dora).get(address).get_data(as_text=True)
        places = [page.index(mark) for mark in ('id="post-1"', f'id="note-{note.id}"', 'id="post-2"', "write-note")]
        assert places == sorted(places)


def test_the_desk_shows_the_newest_notes_and_leads_to_the_earlier_ones(  # type: ignore[no-untyped-def]
    thread: Thread, cast: Cast, browser_of, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_IN_CASE", 2)
    carol, desk = browser_of(cast.carol), f"/moderation?case={thread.id}"
    for said in ("The first.", "The second.", "The third."):
        assert "Earlier staff notes" not in carol.get(desk).get_data(as_text=True)
        with writing():
            noting.write_note(thread, by=cast.carol, words=words(said))
    page = carol.get(desk).get_data(as_text=True)
    assert "Earlier staff notes" in page
    assert "The first." not in page
    assert page.index("The second.") < page.index("The third.")


def test_only_its_author_sees_the_buttons(thread: Thread, note: StaffNote, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    for address in (page_of(thread), f"/moderation?case={thread.id}"):
        assert f"/moderation/notes/{note.id}/delete" in forms(browser_of(cast.carol).get(address))
        assert f"/moderation/notes/{note.id}/delete" not in forms(browser_of(cast.dora).get(address))


def test_the_composer_is_another_form_with_another_word_than_the_reply(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    page = parse(browser_of(cast.carol).get(page_of(thread)))
    (box,) = [item for item in page.iter("section") if item.get("class") == "note-box"]
    assert "Staff note, not public" in text_of(box)
    assert next(text_of(item) for item in box.iter("button") if item.get("type") == "submit") == "Save the note"
    (reply,) = [item for item in page.iter("section") if item.get("id") == "reply"]
    assert "note" not in text_of(reply).casefold()


def test_who_is_mentioned_is_led_to_the_note(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    said = words(f"@dora {SAID}")
    with writing():
        note = noting.write_note(
            thread, by=cast.carol, words=Words(said.source, said.rendered, (cast.dora.id, cast.alice.id))
        )
    work()
    dora = browser_of(cast.dora)
    page = dora.get("/notifications")
    assert f"Carol mentioned you in a staff note on “{thread.title}”" in text_of(parse(page))
    assert "moved house" not in page.get_data(as_text=True)
    (address,) = [each for each in forms(page) if re.fullmatch(r"/notifications/\d+", each)]
    assert dora.post(address).headers["Location"] == f"{page_of(thread)}#note-{note.id}"
    with writing():
        noting.delete_note(note, by=cast.carol)
    assert dora.post(address).headers["Location"].startswith(f"/threads/{thread.id}/")
    assert "staff note" not in browser_of(cast.alice).get("/notifications").get_data(as_text=True)


def test_a_name_that_is_typed_with_an_at_is_a_mention(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    browser_of(cast.carol).post(write_address(thread), data={"body": "Look, @dora and @alice."})
    work()
    assert "mentioned you in a staff note" in browser_of(cast.dora).get("/notifications").get_data(as_text=True)
    assert "mentioned" not in browser_of(cast.alice).get("/notifications").get_data(as_text=True)


def test_a_page_asks_as_often_with_many_notes_as_with_few_and_customers_pages_never_ask(
    make: Make,
    cast: Cast,
    browser_of,
    stranger: FlaskClient,  # type: ignore[no-untyped-def]
) -> None:
    counts: dict[str, list[int]] = {"carol": [], "alice": [], "a stranger": []}
    browsers = {"carol": browser_of(cast.carol), "alice": browser_of(cast.alice), "a stranger": stranger}
    for count in (1, 30):
        thread = make.thread(by=cast.bob)
        with writing():
            for number in range(count):
                noting.write_note(thread, by=cast.carol, words=words(f"Note {number}."))
        for who, browser in browsers.items():
            browser.get("/about")
            with statements() as asked:
                assert browser.get(page_of(thread)).status_code == 200
            counts[who].append(len(asked))
            assert any("staff_notes" in each for each in asked.texts) == (who == "carol")
        with statements() as asked:
            browsers["carol"].get(f"/moderation?case={thread.id}")
        assert len([each for each in asked.texts if "staff_notes" in each]) == 1
    assert all(few == many for few, many in counts.values())
