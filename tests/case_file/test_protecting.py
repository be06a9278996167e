"""Whoever is about to publish something personal is asked first, and decides with one press; nothing of it is stored before."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.case_file import details
from community.core.extensions import db, writing
from community.intake import drafts
from community.intake.drafts import Owner, Sitting, Written
from community.threads.models import Post, Revision, Thread
from tests.making import Cast, Make
from tests.working import work

IBAN = "DE89 3704 0044 0532 0130 00"
SAID = f"Please take it from {IBAN} as ever."


def decisions(page: str) -> list[str]:
    """What the page asks about."""
    return re.findall(r'name="personal_seen" value="([0-9a-f]+)"', page)


def posts_of(thread: Thread) -> list[str]:
    return list(db.session.scalars(select(Post.source).where(Post.thread_id == thread.id).order_by(Post.number)))


def values_of(person: Person) -> list[str]:
    return list(details.own_values(person, details.of_person(person)).values())


def reply(browser: FlaskClient, thread: Thread, body: str, **sent: Any) -> Any:
    return browser.post(f"/threads/{thread.id}/replies", data={"body": body} | sent)


def test_an_account_number_is_asked_about_and_moves_with_one_press(
    app: Flask, make: Make, cast: Cast, browser_of, stranger, caplog
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    alice = browser_of(cast.alice)
    asked = reply(alice, thread, SAID)
    assert asked.status_code == 422
    page = asked.get_data(as_text=True)
    assert f"<mark>{IBAN}</mark>" in page
    assert len(posts_of(thread)) == 1
    done = reply(alice, thread, SAID, personal="move", personal_seen=decisions(page))
    assert done.status_code == 303
    assert posts_of(thread)[1] == "Please take it from [private detail] as ever."
    assert values_of(cast.alice) == [IBAN]
    work()
    stored = [
        (table.name, row)
        for table in db.metadata.sorted_tables
        for row in map(str, db.session.execute(table.select()).all())
        if IBAN in row
    ]
    assert stored == []
    assert IBAN not in caplog.text
    assert IBAN not in stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)


def test_one_may_say_that_it_is_not_personal(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    bob = browser_of(cast.bob)
    seen = decisions(reply(bob, thread, SAID).get_data(as_text=True))
    assert reply(bob, thread, SAID, personal="move", personal_seen=seen, not_personal=seen).status_code == 303
    assert posts_of(thread)[1] == SAID
    assert values_of(cast.bob) == []


def test_what_came_in_after_the_decision_is_asked_about_anew(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    bob = browser_of(cast.bob)
    seen = decisions(reply(bob, thread, SAID).get_data(as_text=True))
    more = f"{SAID} Or from GB82 WEST 1234 5698 7654 32."
    asked = reply(bob, thread, more, personal="move", personal_seen=seen)
    assert asked.status_code == 422
    assert len(decisions(asked.get_data(as_text=True))) == 2
    assert len(posts_of(thread)) == 1


def test_what_staff_write_of_a_customer_moves_to_that_customers_details(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    carol = browser_of(cast.carol)
    address = f"/moderation/threads/{thread.id}/replies"
    asked = carol.post(address, data={"body": SAID})
    assert asked.status_code == 422
    seen = decisions(asked.get_data(as_text=True))
    assert carol.post(address, data={"body": SAID, "personal": "move", "personal_seen": seen}).status_code == 303
    assert values_of(cast.alice) == [IBAN]
    assert values_of(cast.carol) == []


def test_a_title_and_a_text_that_are_changed_are_looked_through_and_what_is_public_is_not_asked_again(  # type: ignore[no-untyped-def]
    make: Make, cast: Cast, browser_of
) -> None:
    thread = make.thread(by=cast.alice, title="My line is slow", body=f"It was {IBAN}.")
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    alice = browser_of(cast.alice)
    change = {"title": "My line is slow", "body": f"It was and is {IBAN}.", "started_from": "1"}
    assert alice.post(f"/posts/{opening.id}/edit", data=change).status_code == 303
    change = {"title": "My line is slow alice@web.de", "body": "Nothing.", "started_from": "2"}
    asked = alice.post(f"/posts/{opening.id}/edit", data=change)
    assert asked.status_code == 422
    seen = decisions(asked.get_data(as_text=True))
    alice.post(f"/posts/{opening.id}/edit", data=change | {"personal": "move", "personal_seen": seen})
    db.session.refresh(thread)
    assert thread.title == "My line is slow [private detail]"
    assert not any("web.de" in str(row.title) for row in db.session.scalars(select(Revision)))


@pytest.mark.parametrize(
    "body",
    ["I live at Deichstraße 5, 25813 Husum.", "Write to community@localhost or call 110.", "Order 4711 of 3.4.2026"],
)
def test_a_hint_the_companys_own_address_and_other_numbers_stop_nobody(
    make: Make, cast: Cast, browser_of, body: str
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    assert reply(browser_of(cast.bob), thread, body).status_code == 303


def test_in_a_german_thread_the_mark_is_german(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice, language="de")
    bob = browser_of(cast.bob)
    seen = decisions(reply(bob, thread, f"> quoted {IBAN}\n\nUnd?").get_data(as_text=True))
    reply(bob, thread, f"> quoted {IBAN}\n\nUnd?", personal="move", personal_seen=seen)
    assert posts_of(thread)[1] == "> quoted [privates Detail]\n\nUnd?"


def test_staff_who_open_a_case_or_tell_of_a_call_in_public_are_asked_too(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread, carol = make.thread(by=cast.alice), browser_of(cast.carol)
    call = {"channel": "call", "summary": f"He pays from {IBAN}."}
    address = f"/moderation/threads/{thread.id}/entries"
    assert carol.post(address, data=call).status_code == 303, "what only the customer and staff read may hold it"
    asked = carol.post(address, data=call | {"is_public": "1"})
    assert asked.status_code == 422
    seen = decisions(asked.get_data(as_text=True))
    sent = call | {"is_public": "1", "personal": "move", "personal_seen": seen}
    assert carol.post(address, data=sent).status_code == 303
    assert values_of(cast.alice) == [IBAN]
    case = {"category": "internet", "language": "en", "title": f"It is {IBAN} again", "body": "It is as it was.", "channel": "call", "summary": "He called."}  # fmt: skip
    assert carol.post("/moderation/cases/new", data=case).status_code == 422
    assert len(db.session.scalars(select(Thread)).all()) == 1


def test_whoever_asks_is_shown_it_before_posting_and_it_becomes_a_private_detail(
    make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    category, alice = make.category("internet"), browser_of(cast.alice)
    with writing():
        draft = drafts.begin(Owner(person_id=cast.alice.id), category=category, title=f"My payment from {IBAN}")
        drafts.save(draft, Written(draft.title, f"It was not taken from {IBAN}, ever.", "", "en"), Sitting())
    page = f"/ask/{draft.secret}/check"
    shown = alice.get(page).get_data(as_text=True)
    assert shown.count(f"<mark>{IBAN}</mark>") == 2
    seen, version = decisions(shown), draft.version
    assert alice.post(page, data={"version": version}).status_code == 422
    assert db.session.scalar(select(Thread)) is None
    sent = {"version": version, "personal": "move", "personal_seen": seen}
    assert alice.post(page, data=sent).status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    assert thread.title == "My payment from [private detail]"
    assert posts_of(thread) == ["It was not taken from [private detail], ever."]
    assert values_of(cast.alice) == [IBAN]
    assert not any(
        IBAN in str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select()).all()
    )
