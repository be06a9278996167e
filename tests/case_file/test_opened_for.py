"""A case that began on the telephone: opened by staff, made their own by its customer."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from community.accounts.models import Person
from community.case_file import details
from community.case_file.contact_entries import queries
from community.case_file.opened_for.models import OpenedCase
from community.core import clock
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.following import is_following
from community.threads.models import Post, Thread
from moderation.models import AuditEntry
from tests.making import Cast, Make

SAID = "He called from the harbour"
OPENED = {
    "category": "internet",
    "language": "en",
    "title": "The line drops every evening",
    "body": "Since the storm the line drops at eight and comes back at ten.",
    "channel": "call",
    "happened_at": "2026-11-16T09:30",
    "summary": SAID,
    "mail": "caller@example.org",
}


def open_by(browser, **changed):  # type: ignore[no-untyped-def]
    return browser.post("/moderation/cases/new", data=OPENED | changed)


def secret_mailed() -> str:
    mail = db.session.scalars(select(Mail).where(Mail.name == "case_opened").order_by(Mail.id.desc())).first()
    assert mail is not None
    match = re.search(r"/claim/([\w-]+)", mail.text)
    assert match
    return match[1]


def test_a_case_is_opened_for_a_caller_and_made_their_own(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    make.category("internet")
    before = len(db.session.scalars(select(AuditEntry)).all())
    assert open_by(browser_of(cast.carol)).status_code == 303
    assert len(db.session.scalars(select(AuditEntry)).all()) == before + 1
    thread = db.session.scalars(select(Thread)).one()
    caller = db.session.get_one(Person, thread.author_id)
    assert (caller.password_hash, caller.email, caller.is_staff) == (None, None, False)
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    assert SAID not in page
    assert "caller@example.org" not in page
    with writing():
        details.add(caller, thread, kind="customer_number", value="NL-77", by=cast.carol, source="staff")
    secret = secret_mailed()
    assert "Log in" in stranger.get(f"/claim/{secret}").get_data(as_text=True)
    bob = browser_of(cast.bob)
    assert bob.get(f"/claim/{secret}").status_code == 200
    assert db.session.get_one(Thread, thread.id).author_id == caller.id, "looking changed something"
    assert bob.post(f"/claim/{secret}").status_code == 303
    db.session.expire_all()
    assert thread.author_id == cast.bob.id
    assert {post.author_id for post in db.session.scalars(select(Post))} == {cast.bob.id}
    assert [shown.summary for shown in queries.entries_with(cast.bob)] == [SAID]
    assert list(details.own_values(cast.bob, details.of_person(cast.bob)).values()) == ["NL-77"]
    assert is_following(thread, cast.bob)
    assert bob.post(f"/claim/{secret}").status_code == 410
    assert browser_of(cast.alice).get(f"/claim/{secret}").status_code == 410


def test_staff_do_not_make_it_theirs_and_a_stranger_logs_in_first(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    make.category("internet")
    open_by(browser_of(cast.carol))
    secret = secret_mailed()
    assert browser_of(cast.dora).post(f"/claim/{secret}").status_code == 409
    assert stranger.post(f"/claim/{secret}").status_code == 303
    assert db.session.scalars(select(OpenedCase)).one().claimed_at is None


def test_an_invitation_runs_out_and_a_new_one_makes_the_old_one_void(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.category("internet")
    carol = browser_of(cast.carol)
    open_by(carol)
    first, thread = secret_mailed(), db.session.scalars(select(Thread)).one()
    assert (
        carol.post(f"/moderation/threads/{thread.id}/invitation", data={"mail": "other@example.org"}).status_code == 303
    )
    second, bob = secret_mailed(), browser_of(cast.bob)
    assert bob.get(f"/claim/{first}").status_code == 410
    assert bob.get(f"/claim/{second}").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert browser_of(cast.alice).post(f"/claim/{second}").status_code == 410


def test_without_an_address_nobody_is_mailed_and_mistakes_keep_what_was_typed(
    app: Flask, make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    make.category("internet")
    carol = browser_of(cast.carol)
    for changed in (
        {"mail": "nothing"},
        {"category": "moon"},
        {"title": ""},
        {"body": ""},
        {"summary": ""},
        {"language": "xx"},
    ):
        answer = open_by(carol, **changed)
        assert answer.status_code == 422, changed
        assert "harbour" in answer.get_data(as_text=True) or "summary" in changed
    assert db.session.scalar(select(Thread)) is None
    assert open_by(carol, mail="").status_code == 303
    assert db.session.scalar(select(Mail)) is None
