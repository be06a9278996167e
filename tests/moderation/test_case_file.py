"""Private details at the desk: names to whoever may open them, values in answer to a POST that is written down first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import Holder, Verb
from community.attachments import keeping
from community.attachments.inspection import Inspected
from community.case_file import asking, details
from community.case_file.models import Reading
from community.core import clock
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Notification
from moderation.case_file import telling
from moderation.models import AuditEntry
from tests.case_file.scene import IBAN, NUMBER, CaseScene, set_case
from tests.making import Make
from tests.sending import forms, parse, text_of
from tests.working import work

BrowserOf = Callable[[Person], FlaskClient]
WHY = {"purpose": "identify", "more": "canary-purpose"}


@pytest.fixture
def case(make: Make) -> CaseScene:
    return set_case(make)


def logged(act: Action) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.act == act)) or 0


def readings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Reading)) or 0


def take_right(case: CaseScene, *, is_allowed: bool = False) -> None:
    """Carol may (not) read private details in the category."""
    holder = Holder(person_id=case.cast.carol.id)
    with writing():
        permissions.put(holder, Verb.DETAILS, case.thread.category_id, is_allowed, by=case.cast.jana)


def show(case: CaseScene) -> str:
    return f"/moderation/threads/{case.thread.id}/details"


def test_names_stand_beside_the_case_and_values_nowhere_until_they_are_opened(
    case: CaseScene, browser_of: BrowserOf
) -> None:
    carol = browser_of(case.cast.carol)
    for address in (case.page, f"/moderation?case={case.thread.id}", show(case)):
        page = carol.get(address)
        told = text_of(parse(page))
        assert "Customer number, IBAN Alice, told when asking" in told
        assert "canary" not in page.text
    assert readings() == 0


def test_opening_shows_the_values_once_and_is_written_down(case: CaseScene, browser_of: BrowserOf) -> None:
    carol = browser_of(case.cast.carol)
    opened = carol.post(show(case), data=WHY)
    assert opened.status_code == 200
    assert NUMBER in opened.text
    assert IBAN in opened.text
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert (readings(), logged(Action.DETAIL_READ)) == (1, 1)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == Action.DETAIL_READ)).one()
    assert not entry.is_public
    assert "canary" not in f"{entry.change}{entry.reason}"
    assert "canary" not in carol.get(show(case)).text  # looking again asks again
    fragment = carol.post(show(case), data=WHY, headers={"X-Fragment": "1"})
    assert NUMBER in fragment.text
    assert "<html" not in fragment.text
    assert readings() == 2
    assert "canary" not in browser_of(case.cast.alice).get("/moderation/log").text


def test_a_purpose_is_asked_for_and_what_was_typed_is_kept(case: CaseScene, browser_of: BrowserOf) -> None:
    carol = browser_of(case.cast.carol)
    refused = carol.post(show(case), data={"purpose": "", "more": ""})
    assert refused.status_code == 422
    assert "Say what you need the details for." in refused.text
    long = carol.post(show(case), data={"more": "x" * 201})
    assert long.status_code == 422
    assert "x" * 201 in long.text
    assert readings() == 0


def test_customers_and_strangers_do_not_come_in(case: CaseScene, app: Flask, browser_of: BrowserOf) -> None:
    for person in (case.cast.bob, case.cast.alice):
        answer = browser_of(person).post(show(case), data=WHY)
        assert answer.status_code == 403
        assert "canary-number" not in answer.text
    assert app.test_client().post(show(case), data=WHY).location.startswith("/login")
    assert readings() == 0


def test_staff_without_the_verb_see_a_number_and_open_nothing(case: CaseScene, browser_of: BrowserOf) -> None:
    take_right(case)
    carol = browser_of(case.cast.carol)
    for address in (case.page, f"/moderation?case={case.thread.id}"):
        page = carol.get(address).text
        assert "There are 2. You may not read them." in page
        assert "IBAN" not in page
    detail = details.of_case(case.thread.id)[0].id
    for address in (show(case), f"{show(case)}/new", f"{show(case)}/request", f"/moderation/details/{detail}/removal"):
        refused = carol.post(address, data=WHY)
        assert refused.status_code == 403
        assert "An admin can allow it." in refused.text
    assert carol.get(show(case)).status_code == 403
    assert readings() == 0


def test_who_has_just_lost_the_right_reads_nothing(case: CaseScene, browser_of: BrowserOf) -> None:
    carol = browser_of(case.cast.carol)
    assert show(case) in forms(carol.get(case.page))  # the page is open
    take_right(case)
    assert carol.post(show(case), data=WHY).status_code == 403
    take_right(case, is_allowed=True)
    with writing():
        case.cast.carol.suspended_until = clock.ago(days=-1)
    assert carol.post(show(case), data=WHY).status_code == 403
    assert readings() == 0


def test_staff_have_no_special_right_to_their_own_case_at_the_desk(case: CaseScene, browser_of: BrowserOf) -> None:
    carol = case.cast.carol
    own = case.make.thread(by=carol, title="My own box is broken")
    with writing():
        details.add(carol, own, kind="phone", value="0431", by=carol, source="asked")
    take_right(case)
    answer = browser_of(carol).post(f"/moderation/threads/{own.id}/details", data=WHY)
    assert answer.status_code == 403
    assert "0431" in browser_of(carol).get(f"/cases/{own.id}").text
    assert logged(Action.DETAIL_ADDED) == 0


def test_staff_ask_and_the_customer_is_told_by_page_and_mail(case: CaseScene, browser_of: BrowserOf) -> None:
    sent = {"kinds": ["phone"], "question": "Which canary floor?"}
    telling.address_comes_from(lambda person, thread: "private+abc@example.org")
    carol = browser_of(case.cast.carol)
    try:
        assert carol.post(f"{show(case)}/request", data=sent).status_code == 303
        assert carol.post(f"{show(case)}/request", data=sent).status_code == 409
        assert carol.post(f"{show(case)}/request", data={}).status_code == 422
        assert logged(Action.DETAIL_ASKED) == 1
        work()
    finally:
        telling._address.clear()
    mail = db.session.scalars(select(Mail).where(Mail.name == "details_asked")).one()
    assert "Phone number" in mail.text + mail.html or mail.sent_at
    written = telling._letter(_event(Action.DETAIL_ASKED), case.thread, case.cast.alice)
    assert f"/cases/{case.thread.id}" in written.text
    assert "canary" not in f"{written.subject}{written.text}{written.html}{_event(Action.DETAIL_ASKED).payload}"
    assert "Carol asks you for private details" in browser_of(case.cast.alice).get("/notifications").text
    assert "Which canary floor?" in carol.get(case.page).text


def _event(action: Action) -> Event:
    return db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc())).first()  # type: ignore[return-value]


def test_a_mail_is_not_sent_when_it_was_answered_meanwhile(case: CaseScene, browser_of: BrowserOf) -> None:
    with writing():
        asked = asking.ask(case.cast.alice, case.thread, kinds=["phone"], question="", by=case.cast.carol)
    assert telling.is_still_asked(asked.id)
    with writing():
        details.add(case.cast.alice, case.thread, kind="other", value="0431", by=case.cast.alice, source="mail")
    assert not telling.is_still_asked(asked.id)
    work()
    told = browser_of(case.cast.carol).get("/notifications").text
    assert "Alice told private details" in told


def test_what_staff_write_down_and_delete_is_told_to_the_customer(case: CaseScene, browser_of: BrowserOf) -> None:
    carol, alice = browser_of(case.cast.carol), browser_of(case.cast.alice)
    sent = {"kind": "phone", "value": "0431 canary-phone"}
    assert carol.post(f"{show(case)}/new", data=sent | {"kind": ""}).status_code == 422
    assert carol.post(f"{show(case)}/new", data=sent | {"person": str(case.cast.bob.id)}).status_code == 422
    assert carol.post(f"{show(case)}/new", data=sent).status_code == 303
    assert "0431 canary-phone" in alice.get("/cases").text
    removal = f"/moderation/details/{details.of_case(case.thread.id)[0].id}/removal"
    assert carol.post(removal, data={"ground": "so"}).status_code == 422
    assert carol.post(removal, data={"ground": "wrong"}).status_code == 303
    assert carol.post(removal, data={"ground": "wrong"}).status_code == 404
    assert NUMBER not in alice.get("/cases").text
    assert (logged(Action.DETAIL_ADDED), logged(Action.DETAIL_REMOVED)) == (1, 1)
    work()
    page = alice.get("/notifications").text
    assert "Carol wrote down a private detail of yours" in page
    assert "it was wrong" in page
    assert db.session.scalar(select(func.count()).select_from(Notification)) == 2


def test_a_photo_can_be_fetched_for_ten_minutes_after_it_was_opened(case: CaseScene, browser_of: BrowserOf) -> None:
    alice = case.cast.alice
    with writing():
        photo = keeping.keep(
            Inspected("photo", "image/png", "meter.png", b"pixels", 4, 4), by_id=alice.id, is_private=True
        )
        keeping.bind(photo)
        details.add(
            alice, case.thread, kind="photo", value="meter.png", by=alice, source="asked", attachment_id=photo.id
        )
    address, carol = f"/files/{photo.secret}", browser_of(case.cast.carol)
    assert address in browser_of(alice).get("/cases").text
    assert carol.get(address).status_code == 404
    assert address in carol.post(show(case), data=WHY).text
    assert carol.get(address).status_code == 200
    assert browser_of(case.cast.dora).get(address).status_code == 404
    with writing():
        db.session.execute(update(Reading).values(at=clock.ago(minutes=11)))
    assert carol.get(address).status_code == 404
    with writing():
        details.remove(details.of_case(case.thread.id)[2], by=alice)
    assert browser_of(alice).get(address).status_code == 404
