"""Presence: staff see who else has a thread before them and who writes; it ends by itself; customers see nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.threads.models import Thread
from moderation.owning import claiming, contacts, presence
from moderation.owning.models import Presence
from moderation.owning.signs import signs_of
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, text_of


def note(thread: Thread, by: Any, *, is_writing: bool = False) -> None:
    with writing():
        presence.note(thread, by=by, is_writing=is_writing)


def said(thread: Thread, to: Any) -> tuple[list[str], list[str]]:
    """Who writes and who looks, as `to` is told."""
    db.session.rollback()
    signs = signs_of([thread.id], to)[thread.id]
    return [one.name for one in signs.writing], [one.name for one in signs.looking]


def later(**parts: float) -> Any:
    return clock.frozen(clock.now() + timedelta(**parts))


def lines(browser: FlaskClient, *threads: Thread, **headers: str) -> Any:
    asked = "-".join(str(thread.id) for thread in threads)
    return browser.get(f"/moderation/presence?threads={asked}", headers=headers)


# --- What counts


def test_others_are_told_who_looks_and_who_writes_and_nobody_of_themselves(thread: Thread, cast: Cast) -> None:
    note(thread, cast.carol)
    note(thread, cast.dora, is_writing=True)
    assert said(thread, cast.jana) == (["dora"], ["carol"])
    assert said(thread, cast.carol) == (["dora"], [])
    note(thread, cast.dora)
    assert said(thread, cast.jana) == ([], ["carol", "dora"])


def test_after_a_minute_it_does_not_count(thread: Thread, cast: Cast) -> None:
    note(thread, cast.carol)
    with later(minutes=1):
        assert said(thread, cast.dora) == ([], ["carol"])
    with later(minutes=1, seconds=1):
        assert said(thread, cast.dora) == ([], [])


def test_after_a_minute_it_is_forgotten(make: Make, thread: Thread, cast: Cast) -> None:
    note(thread, cast.carol)
    with later(minutes=1, seconds=1):
        note(make.thread(by=cast.bob), cast.carol)
        presence.sweep()
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


def test_whoever_has_answered_writes_no_more(make: Make, thread: Thread, cast: Cast) -> None:
    note(thread, cast.carol, is_writing=True)
    note(thread, cast.dora, is_writing=True)
    make.reply(thread, cast.carol)
    assert said(thread, cast.jana) == (["dora"], ["carol"])


def test_nobody_is_present_in_what_was_taken_away(thread: Thread, cast: Cast) -> None:
    with writing():
        thread.visibility = "removed"
    with pytest.raises(Conflict):
        note(thread, cast.carol)


def test_fifty_notes_at_once_are_one(at_once, thread: Thread, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    assert at_once([cast.carol] * 50, f"/moderation/threads/{thread.id}/presence") == {204: 50}
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 1


def test_writing_and_answering_at_the_same_moment_never_wait_for_each_other(
    at_once, thread: Thread, cast: Cast
) -> None:  # type: ignore[no-untyped-def]
    sent = {"writing": "1", "typing": "1", "body": "The answer"}
    said_at_once = at_once(
        [cast.carol] * 40,
        [f"/moderation/threads/{thread.id}/presence", f"/threads/{thread.id}/replies"] * 20,
        [sent] * 40,
    )
    assert set(said_at_once) == {204, 303}


# --- What browsers say


def test_a_page_says_that_it_is_open_and_writing_claims_quietly(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol, address = browser_of(cast.carol), f"/moderation/threads/{thread.id}/presence"
    assert carol.post(address).status_code == 204
    assert said(thread, cast.dora) == ([], ["carol"])
    assert claiming.claim_of(thread.id) is None
    assert carol.post(address, data={"writing": "1", "typing": "1"}).status_code == 204
    assert said(thread, cast.dora) == (["carol"], [])
    found = claiming.claim_of(thread.id)
    assert found is not None
    assert found.person_id == cast.carol.id


def test_a_text_that_lies_there_renews_nothing(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol, address = browser_of(cast.carol), f"/moderation/threads/{thread.id}/presence"
    carol.post(address, data={"writing": "1", "typing": "1"})
    with later(minutes=11):
        carol.post(address, data={"writing": "1"})
        db.session.rollback()
        assert claiming.claim_of(thread.id) is None


def test_writing_where_another_is_on_it_is_no_error(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        claiming.claim(thread, by=cast.dora)
    sent = {"writing": "1", "typing": "1"}
    assert browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/presence", data=sent).status_code == 204
    db.session.rollback()
    found = claiming.claim_of(thread.id)
    assert found is not None
    assert found.person_id == cast.dora.id


def test_customers_strangers_and_get_are_refused(thread: Thread, cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/threads/{thread.id}/presence"
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address).status_code == 403
        assert lines(browser_of(customer), thread).status_code == 403
    assert stranger.post(address).headers["Location"].startswith("/login")
    assert lines(stranger, thread).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(address).status_code == 405
    assert browser_of(cast.carol).post("/moderation/presence").status_code == 405
    assert browser_of(cast.carol).post("/moderation/threads/4711/presence").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 0


# --- What browsers ask


def test_one_question_answers_for_all_threads(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    others = [make.thread(by=cast.bob) for _number in range(5)]
    jana = browser_of(cast.jana)
    with writing():
        claiming.claim(thread, by=cast.carol)
        contacts.hand_over(thread, cast.dora, by=cast.carol)
    for one in others:
        note(one, cast.carol, is_writing=True)
    note(thread, cast.dora)
    every = "-".join(str(one.id) for one in (thread, *others))
    jana.get(f"/moderation/presence?threads={every}")
    with statements() as few:
        jana.get(f"/moderation/presence?threads={every[0]}")
    with statements() as many:
        answer = jana.get(f"/moderation/presence?threads={every}")
    assert len(few) == len(many)
    assert len([one for one in many.texts if "presences" in one]) == 1
    shown = {item.get("data-signs"): text_of(item) for item in parse(answer).iter("p")}
    assert shown == {str(thread.id): "contact: DoraDora is looking"} | dict.fromkeys(
        (str(one.id) for one in others), "Carol is writing"
    )


def test_who_is_on_it_is_named_once(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        claiming.claim(thread, by=cast.carol)
    note(thread, cast.carol)
    assert text_of(parse(lines(browser_of(cast.dora), thread))).strip() == "Carol is on it"
    note(thread, cast.carol, is_writing=True)
    assert text_of(parse(lines(browser_of(cast.dora), thread))).strip() == "Carol is on it and writing"
    assert text_of(parse(lines(browser_of(cast.carol), thread))).strip() == "You are on it"


def test_nothing_is_sent_again_until_something_changes(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    note(thread, cast.carol)
    first = lines(dora, thread)
    etag = first.headers["ETag"]
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    again = lines(dora, thread, **{"If-None-Match": etag})
    assert (again.status_code, again.get_data()) == (304, b"")
    note(thread, cast.carol, is_writing=True)
    changed = lines(dora, thread, **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert "Carol is writing" in changed.get_data(as_text=True)
    with later(minutes=2):
        assert "Carol" not in lines(dora, thread, **{"If-None-Match": changed.headers["ETag"]}).get_data(as_text=True)


@pytest.mark.parametrize("asked", ["", "x", "-", "4711", "0", "1-1-1", "²", "9" * 40, "-".join(["7"] * 5000), "%00"])
def test_strange_questions_are_no_error(thread: Thread, cast: Cast, browser_of, asked: str) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).get(f"/moderation/presence?threads={asked}")
    assert answer.status_code in (200, 404)
    assert len(list(parse(answer).iter("p"))) <= 31 or answer.status_code == 404


# --- Where it is seen


def test_staff_see_it_in_the_rows_in_the_case_and_in_the_thread(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    note(thread, cast.carol, is_writing=True)
    dora = browser_of(cast.dora)
    for address in ("/moderation", f"/moderation?case={thread.id}", f"/threads/{thread.id}/{thread.slug}"):
        assert "Carol is writing" in text_of(parse(dora.get(address))), address


def test_customers_never_see_it(make: Make, cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    readers = (stranger, browser_of(cast.alice), browser_of(cast.bob))
    address = f"/threads/{thread.id}/{thread.slug}"
    before = [text_of(parse(reader.get(address))) for reader in readers]
    note(thread, cast.carol, is_writing=True)
    note(thread, cast.dora)
    with writing():
        claiming.claim(thread, by=cast.dora)
    with writing():  # what is kept is made anew
        thread.version += 1
    for reader, page in zip(readers, before, strict=True):
        answer = reader.get(address)
        assert text_of(parse(answer)) == page
        for word in ("Carol", "Dora", "data-signs", "presence"):
            assert word not in answer.get_data(as_text=True)
