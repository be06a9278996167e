"""Erasing a customer: all that is kept of them goes, by themselves, by an admin, by the operator; what they posted stays readable."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, Table, Text, select

from community.accounts import erasing, passwords, people, tokens
from community.accounts.models import Person
from community.accounts.names import shown_name
from community.core import clock
from community.core.columns import Base
from community.core.errors import Conflict, Invalid
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.i18n import force_locale
from community.core.mailer import Mail
from community.intake.models import Draft
from community.threads.models import Thread
from moderation.models import AuditEntry
from moderation.notices import giving
from moderation.owning import contacts, duty
from tests.making import PASSWORD, Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import work

DATA = "/settings/data"
ERASE = "/settings/data/erase"
#: User name, the two names shown one after the other, address, and an address that was asked for.
CANARIES = ("canaryname", "Canary Oldname", "Canary Newname", "canaryaddress@example.org", "canarynext@example.org")
#: What somebody wrote in public stays as it is.
OF_POSTS = {"posts.source", "posts.html", "posts.plain", "revisions.source", "revisions.title", "threads.title"}


def somebody(make: Make, **columns: object) -> Person:
    return make.person("nina", password_hash=passwords.hash_password(PASSWORD), **columns)


def erase(person: Person, by: Person | None = None) -> None:
    with writing():
        erasing.erase(person, by=by)


def found_in_tables() -> set[str]:
    """Every column of every table in which one of the canaries stands, in any case."""
    db.session.rollback()
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in _texts(table):
            for value in db.session.scalars(select(column)):
                if any(canary.casefold() in str(value).casefold() for canary in CANARIES):
                    found.add(f"{table.name}.{column.name}")
    return found


def _texts(table: Table):  # type: ignore[no-untyped-def]
    return [column for column in table.columns if isinstance(column.type, String | Text | JSON)]


def plant(make: Make, cast: Cast, browser_of) -> tuple[Person, Thread]:  # type: ignore[no-untyped-def]
    """Somebody whose names and addresses stand wherever the site puts such."""
    nina = Person(
        name="canaryname",
        name_key="canaryname",
        display_name="Canary Oldname",
        email="CanaryAddress@example.org",
        email_key="canaryaddress@example.org",
        email_verified_at=clock.now(),
        password_hash=passwords.hash_password(PASSWORD),
        language="en",
        created_at=clock.ago(days=30),
    )
    with writing():
        db.session.add(nina)
    thread = make.thread(by=nina, body="Canary Newname here, the box blinks.")
    make.reply(make.thread(by=cast.bob), nina, "Same here, says Canary Newname.")
    browser = browser_of(nina)
    make.reply(thread, cast.carol, "Hello @canaryname, please restart it.")
    browser.post("/settings/account", data={"display_name": "Canary Newname", "language": "en"})
    browser.post("/settings/address", data={"email": "canarynext@example.org", "current_password": PASSWORD})
    browser.post("/ask/about", data={"title": "Canary Newname again", "body": "I am Canary Newname."})
    browser.post("/reset", data={"email": "canaryaddress@example.org"})
    reply = make.reply(thread, cast.bob)
    with writing():
        tokens.issue(tokens.Purpose.ADDRESS, nina, address="canarynext@example.org")
        giving.give(
            reply,
            kind="insult",
            explanation="So.",
            name="Canary Newname",
            email="CanaryAddress@example.org",
            language="en",
            secret="r" * 43,
        )
    work()
    browser_of(cast.jana).post(
        "/moderation/people/canaryname/warn", data={"reason": "So.", "idempotency_key": "k" * 20}
    )
    browser.post("/reset", data={"email": "CanaryAddress@example.org"})
    db.session.rollback()
    return nina, thread


def test_nothing_is_left_of_them_but_what_they_posted(
    make: Make, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    nina, thread = plant(make, cast, browser_of)
    before = found_in_tables()
    assert {
        "persons.name",
        "mails.address",
        "events.payload",
        "tokens.payload",
        "notices.email",
        "jobs.arguments",
    } <= before
    erase(nina, nina)
    work()
    mailer_left = db.session.scalars(select(Mail).where(Mail.name == "erased")).one()
    assert (mailer_left.address, mailer_left.sent_at is not None) == ("CanaryAddress@example.org", True)
    erasing.sweep()
    assert found_in_tables() - OF_POSTS == set()
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}")
    assert (page.status_code, "the box blinks" in page.text) == (200, True)
    assert "Former customer" in text_of(parse(page))
    assert "/people/former" not in page.text
    assert stranger.get("/people/canaryname").status_code == 404
    for address in ("/search?q=author:canaryname", "/feeds/threads.xml", "/threads"):
        assert "Newname" not in stranger.get(address).text.replace("Canary Newname here", "").replace(
            "says Canary Newname", ""
        )


def test_one_erases_oneself_with_the_password_and_is_told_by_a_last_mail(make: Make, app: Flask, browser_of) -> None:  # type: ignore[no-untyped-def]
    nina = somebody(make, display_name="Nina")
    with writing():
        db.session.add(
            Draft(secret="d" * 43, person_id=nina.id, title="Half of it", created_at=clock.now(), saved_at=clock.now())
        )
    browser, other = browser_of(nina), browser_of(nina)
    page = browser.get(DATA)
    assert "Drafts1goes" in text_of(parse(page))
    assert browser.post(ERASE, data=forms(page)[ERASE] | {"current_password": "wrong"}).status_code == 422
    assert browser.post(ERASE, data=forms(page)[ERASE] | {"current_password": PASSWORD}).status_code == 303
    assert [one.get(DATA).status_code for one in (browser, other)] == [303, 303]
    assert "Your account is erased" in browser.get("/").text
    login = browser.post("/login", data={"who": "nina", "password": PASSWORD})
    assert login.status_code == 422
    mail = db.session.scalars(select(Mail).where(Mail.name == "erased")).one()
    assert (mail.address, "nina" in mail.text, mail.person_id) == ("nina@example.org", True, None)
    event = db.session.scalars(select(Event).where(Event.action == Action.PERSON_ERASED)).one()
    assert (event.actor_id, event.person_id, event.payload) == (nina.id, nina.id, {})
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_five_tries_and_then_a_pause(make: Make, browser_of) -> None:  # type: ignore[no-untyped-def]
    browser = browser_of(somebody(make))
    tries = [browser.post(ERASE, data={"current_password": f"wrong {n}"}).status_code for n in range(6)]
    assert tries == [422] * 5 + [429]
    assert browser.post(ERASE, data={"current_password": PASSWORD}).status_code == 429


def test_staff_are_not_erased_while_they_are_staff(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    page = carol.get(DATA)
    assert ("Take the role away first" in page.text, ERASE in forms(page)) == (True, False)
    with pytest.raises(Conflict), writing():
        erasing.erase(cast.carol, by=cast.carol)
    answer = browser_of(cast.jana).post("/moderation/people/carol/erase", data={"reason": "She asked."})
    assert answer.status_code == 409


def test_strangers_and_get_are_refused(make: Make, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert stranger.get(DATA).headers["Location"].startswith("/login")
    assert stranger.post(ERASE).headers["Location"].startswith("/login")
    assert browser_of(somebody(make)).get(ERASE).status_code == 405


def test_nobody_takes_the_name_afterwards(make: Make) -> None:
    nina = somebody(make)
    erase(nina)
    with pytest.raises(Invalid, match="taken"), writing():
        people.create(name="Nina")
    assert people.free_name("nina") == "nina-2"
    assert nina.name == f"former-{nina.id}"


def test_an_admin_erases_a_customer_with_a_reason_and_leaves_one_row(
    make: Make, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    somebody(make)
    address = "/moderation/people/nina/erase"
    jana, dora = browser_of(cast.jana), browser_of(cast.dora)
    assert [dora.get(address).status_code, dora.post(address).status_code] == [403, 403]
    assert browser_of(cast.bob).post(address).status_code == 403
    assert stranger.post(address).headers["Location"].startswith("/login")
    sent = forms(jana.get(address))[address]
    assert jana.post(address, data=sent | {"reason": "  "}).status_code == 422
    assert jana.post(address, data=sent | {"reason": "She asked by phone."}).status_code == 303
    assert jana.post(address, data=sent | {"reason": "Again."}).status_code == 404
    db.session.rollback()
    row = db.session.scalars(select(AuditEntry)).one()
    assert (row.act, row.reason, row.change, row.is_public) == ("person.erased", "She asked by phone.", {}, False)


def test_a_former_colleague_leaves_the_log_and_their_card(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.carol)
    with writing():
        contacts.hand_over(thread, cast.dora, by=cast.carol)
        duty.go_off_duty(cast.carol)
        people.set_role(cast.carol, "customer", by=cast.jana)
    erase(cast.carol, cast.jana)
    said = [row.change.get("before") for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert said == [f"former-{cast.carol.id}", "agent", None]
    assert duty.off_duty() == set()


def test_twice_is_a_conflict_and_the_registry_takes_a_function_once(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(erasing, "_erases", dict(erasing._erases))

    def note(person: Person) -> None:
        seen.append(person.name)

    erasing.erases(note)
    erasing.erases(note)
    nina = somebody(make)
    erase(nina)
    assert seen == ["nina"]
    with pytest.raises(Conflict, match="already"):
        erase(nina)


def test_they_are_called_a_former_customer_in_the_readers_language(make: Make) -> None:
    nina = somebody(make)
    erase(nina)
    with force_locale("de"):
        assert shown_name(nina) == "Ehemaliger Kunde"


def test_the_operator_erases_by_name(make: Make, app: Flask) -> None:
    nina = somebody(make)
    run = app.test_cli_runner().invoke
    assert run(args=["people", "erase", "nobody", "--yes"]).exit_code == 1
    assert run(args=["people", "erase", "nina"], input="n\n").exit_code == 1
    result = run(args=["people", "erase", "nina", "--yes", "--reason", "A letter came."])
    assert (result.exit_code, "Erased." in result.output) == (0, True)
    db.session.rollback()
    assert db.session.get_one(Person, nina.id).erased_at is not None
