"""Contacts by other channels, logged at the desk: read by their customer and staff, sealed, and told by no event."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from community.case_file.contact_entries import keeping, queries
from community.case_file.contact_entries.keeping import Where, Written
from community.case_file.contact_entries.models import ContactEntry
from community.core import clock
from community.core.errors import Invalid
from community.core.events import Event
from community.core.extensions import db, writing
from moderation.models import AuditEntry
from tests.making import Cast, Make

SAID = "She read out the number on the meter"
CALL = {"channel": "call", "happened_at": "2026-11-16T09:30", "summary": SAID}


def rows() -> int:
    return len(db.session.scalars(select(AuditEntry)).all())


def test_a_call_is_noted_beside_a_case_and_read_by_its_customer_and_staff_alone(
    make: Make, cast: Cast, browser_of, stranger
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    before = rows()
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/entries", data=CALL)
    assert answer.status_code == 303
    assert rows() == before + 1
    entry = db.session.scalars(select(ContactEntry)).one()
    assert SAID not in entry.sealed
    assert entry.person_id == cast.alice.id
    assert [shown.summary for shown in queries.entries_with(cast.alice)] == [SAID]
    address = f"/threads/{thread.id}/{thread.slug}"
    assert SAID in browser_of(cast.carol).get(address).get_data(as_text=True)
    for browser in (browser_of(cast.bob), stranger):
        assert SAID not in browser.get(address).get_data(as_text=True)
    assert not any(SAID in str(event.payload) for event in db.session.scalars(select(Event)))


def test_a_public_contact_is_read_by_everybody_until_it_is_made_private(
    make: Make, cast: Cast, browser_of, stranger
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    carol, address = browser_of(cast.carol), f"/threads/{thread.id}/{thread.slug}"
    carol.post(f"/moderation/threads/{thread.id}/entries", data=CALL | {"is_public": "1"})
    assert SAID in stranger.get(address).get_data(as_text=True)
    entry = db.session.scalars(select(ContactEntry)).one()
    carol.post(f"/moderation/entries/{entry.id}", data=CALL | {"started_from": "1"})
    assert SAID not in stranger.get(address).get_data(as_text=True)
    db.session.refresh(entry)
    assert not entry.is_public
    assert entry.summary == ""


def test_who_may_not_is_refused_and_nothing_is_noted(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    for browser, status in ((stranger, 303), (browser_of(cast.alice), 403), (browser_of(cast.bob), 403)):
        for address in (
            f"/moderation/threads/{thread.id}/entries",
            f"/moderation/people/{cast.alice.name}/entries",
            "/moderation/cases/new",
        ):
            assert browser.post(address, data=CALL).status_code == status
            assert browser.get(address).status_code in (status, 302)
    assert db.session.scalar(select(ContactEntry)) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"channel": "telepathy"}, "Choose how"),
        ({"summary": "  "}, "what came of it"),
        ({"summary": "x" * 2001}, "what came of it"),
        ({"happened_at": "yesterday"}, "Write the time"),
        ({"happened_at": "2026-11-17T09:00"}, "still to come"),
        ({"happened_at": "2024-01-01T09:00"}, "more than a year"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_what_was_typed(
    make: Make, cast: Cast, browser_of, changed, said
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/entries", data=CALL | changed)
    assert answer.status_code == 422
    told = answer.get_data(as_text=True)
    assert said in told
    assert "summary" in changed or SAID in told
    assert db.session.scalar(select(ContactEntry)) is None


def test_two_who_change_it_at_once_lose_nothing(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    with writing():
        entry = keeping.log_entry(Written("call", clock.now(), "First"), Where(cast.alice, thread), by=cast.carol)
    first, second = browser_of(cast.carol), browser_of(cast.dora)
    assert (
        first.post(
            f"/moderation/entries/{entry.id}", data=CALL | {"summary": "Second", "started_from": "1"}
        ).status_code
        == 303
    )
    late = second.post(f"/moderation/entries/{entry.id}", data=CALL | {"summary": "Third", "started_from": "1"})
    assert late.status_code == 409
    assert "Second" in late.get_data(as_text=True)
    assert "Third" in late.get_data(as_text=True)


def test_removing_leaves_not_a_word(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    with writing():
        entry = keeping.log_entry(Written("chat", clock.now(), SAID, True), Where(cast.alice, thread), by=cast.carol)
    carol = browser_of(cast.carol)
    for _twice in range(2):
        carol.post(f"/moderation/entries/{entry.id}/remove")
    db.session.refresh(entry)
    assert entry.summary == entry.sealed == ""
    assert SAID not in carol.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    assert carol.get(f"/moderation/entries/{entry.id}").status_code == 404


def test_a_contact_with_a_customer_without_a_case_cannot_be_public(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid), writing():
        keeping.log_entry(Written("call", clock.now(), SAID, True), Where(cast.alice), by=cast.carol)
    browser = browser_of(cast.carol)
    assert browser.post("/moderation/people/alice/entries", data=CALL).status_code == 303
    assert SAID in browser.get("/moderation/people/alice/entries").get_data(as_text=True)


def test_without_a_key_the_database_tells_nothing(app: Flask, make: Make, cast: Cast) -> None:
    with writing():
        keeping.log_entry(Written("call", clock.now(), SAID), Where(cast.alice), by=cast.carol)
    told = [
        str(dict(row)) for table in db.metadata.sorted_tables for row in db.session.execute(table.select()).mappings()
    ]
    assert not any(SAID in row for row in told)
