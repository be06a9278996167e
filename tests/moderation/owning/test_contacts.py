"""The contact: the first of the staff who answers; handed over, given up, met again by who asks again; seen by everyone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import people
from community.accounts.models import Person
from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Notification
from community.threads.models import Thread
from moderation.models import AuditEntry
from moderation.owning import claiming, contacts, duty
from moderation.owning.models import Contact
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import work


def contact(thread: Thread) -> str | None:
    db.session.rollback()
    found = contacts.contact_of(thread)
    return found.name if found else None


def hand_over(thread: Thread, to: Person, by: Person, note: str = "") -> None:
    with writing():
        contacts.hand_over(thread, to, by=by, note=note)


def audited() -> list[tuple[str, str | None, bool]]:
    db.session.rollback()
    return [(row.act, row.reason, row.is_public) for row in db.session.scalars(select(AuditEntry))]


def page_of(browser: FlaskClient, thread: Thread) -> str:
    answer = browser.get(f"/threads/{thread.id}/{thread.slug}")
    assert answer.status_code == 200
    return text_of(parse(answer))


# --- Answering


def test_the_first_of_the_staff_who_answers_becomes_the_contact(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.bob)
    assert contact(thread) is None
    make.reply(thread, cast.carol)
    make.reply(thread, cast.dora)
    assert contact(thread) == "carol"


def test_whoever_answers_their_own_thread_is_not_their_own_contact(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.carol)
    make.reply(thread, cast.carol)
    assert contact(thread) is None
    make.reply(thread, cast.dora)
    assert contact(thread) == "dora"


def test_a_contact_and_the_answer_are_stored_together_or_not_at_all(make: Make, thread: Thread, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        make.reply(thread, cast.carol)
        raise ZeroDivisionError
    assert contact(thread) is None


@pytest.mark.parametrize("leave", [people.disable, lambda person: people.set_role(person, "customer")])
def test_who_is_no_longer_staff_is_no_contact_and_the_next_who_answers_is(
    make: Make, thread: Thread, cast: Cast, leave: Any
) -> None:
    make.reply(thread, cast.carol)
    with writing():
        leave(cast.carol)
    assert contact(thread) is None
    make.reply(thread, cast.dora)
    assert contact(thread) == "dora"


def test_a_customers_reply_costs_nothing_here(make: Make, thread: Thread, cast: Cast) -> None:
    with statements() as asked:
        make.reply(thread, cast.bob)
    assert [one for one in asked.texts if "contacts" in one or "claims" in one or "presences" in one] == []


# --- Asking again


def test_who_asks_again_has_the_same_contact(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    again, others = make.thread(by=cast.alice), make.thread(by=cast.bob)
    assert (contact(again), contact(others)) == ("carol", None)


def test_the_contact_named_last_is_the_one_met_again(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        hand_over(thread, cast.dora, cast.carol)
        assert contact(make.thread(by=cast.alice)) == "dora"


def test_off_duty_nobody_is_met_again_and_back_on_duty_they_are(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    for _time in range(2):
        with writing():
            duty.go_off_duty(cast.carol)
    assert contact(make.thread(by=cast.alice)) is None
    with writing():
        duty.come_on_duty(cast.carol)
    assert contact(make.thread(by=cast.alice)) == "carol"


@pytest.mark.parametrize("leave", [people.disable, lambda person: people.set_role(person, "customer")])
def test_who_left_is_not_met_again(make: Make, thread: Thread, cast: Cast, leave: Any) -> None:
    make.reply(thread, cast.carol)
    with writing():
        leave(cast.carol)
    assert contact(make.thread(by=cast.alice)) is None


# --- Handing over, giving up


def test_handing_over_is_logged_once_with_its_note_which_is_not_public(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    hand_over(thread, cast.dora, cast.carol, "She called twice.")
    assert contact(thread) == "dora"
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.act, entry.person_id, entry.reason) == ("thread.handed_over", cast.dora.id, "She called twice.")
    assert entry.change == {"before": "carol", "after": "dora"}
    assert not entry.is_public


def test_who_hands_over_is_no_longer_on_it(make: Make, thread: Thread, cast: Cast) -> None:
    with writing():
        claiming.claim(thread, by=cast.carol)
    hand_over(thread, cast.dora, cast.carol)
    assert claiming.claim_of(thread.id) is None


def test_a_thread_is_handed_over_once(thread: Thread, cast: Cast) -> None:
    hand_over(thread, cast.dora, cast.carol)
    with pytest.raises(Conflict, match="Dora is the contact already"):
        hand_over(thread, cast.dora, cast.jana)
    assert len(audited()) == 1


def test_only_staff_who_did_not_ask_it_can_be_the_contact(make: Make, thread: Thread, cast: Cast) -> None:
    with pytest.raises(Invalid, match="Only staff"):
        hand_over(thread, cast.bob, cast.carol)
    with pytest.raises(Invalid, match="Dora asked this themselves"):
        hand_over(make.thread(by=cast.dora), cast.dora, cast.carol)
    with writing():
        people.disable(cast.jana)
    with pytest.raises(Invalid, match="Only staff"):
        hand_over(thread, cast.jana, cast.carol)
    assert audited() == []


def test_a_removed_thread_is_not_handed_over(thread: Thread, cast: Cast) -> None:
    with writing():
        thread.visibility = "removed"
    with pytest.raises(Conflict, match="taken away"):
        hand_over(thread, cast.dora, cast.carol)


def test_given_up_the_next_who_answers_becomes_the_contact(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    with writing():
        contacts.give_up(thread, by=cast.carol)
    assert contact(thread) is None
    assert audited() == [("thread.given_up", None, False)]
    make.reply(thread, cast.dora)
    assert contact(thread) == "dora"


def test_nobody_gives_up_what_is_not_theirs(make: Make, thread: Thread, cast: Cast) -> None:
    with pytest.raises(Conflict), writing():
        contacts.give_up(thread, by=cast.dora)
    make.reply(thread, cast.carol)
    with pytest.raises(Conflict), writing():
        contacts.give_up(thread, by=cast.dora)
    assert contact(thread) == "carol"


def test_of_fifty_who_hand_over_to_the_same_colleague_one_does(at_once, make: Make, thread: Thread, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    people = [make.person(f"agent{each}", "agent") for each in range(50)]
    form = {"to": str(cast.dora.id)}
    assert at_once(people, f"/moderation/threads/{thread.id}/hand-over", [form] * 50) == {303: 1, 409: 49}
    assert len(audited()) == 1


def test_of_many_first_answers_one_makes_the_contact(at_once, make: Make, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    people = [make.person(f"agent{each}", "agent") for each in range(20)]
    bodies = [{"body": f"Answer {each}"} for each in range(20)]
    assert at_once(people, f"/threads/{thread.id}/replies", bodies) == {303: 20}
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


# --- Being told


def test_the_new_contact_is_told_without_the_note_and_nobody_else_is(make: Make, thread: Thread, cast: Cast) -> None:
    hand_over(thread, cast.dora, cast.carol, "She called twice.")
    work()
    told = db.session.execute(select(Notification.person_id, Notification.kind)).all()
    assert [tuple(row) for row in told] == [(cast.dora.id, "handed_over")]
    (mail,) = db.session.scalars(select(Mail))
    assert mail.address == cast.dora.email
    assert "Carol handed “No internet since this morning” over to you" in mail.text
    assert "called twice" not in mail.text + mail.html


def test_who_takes_a_thread_themselves_is_told_nothing(thread: Thread, cast: Cast) -> None:
    hand_over(thread, cast.carol, cast.carol)
    work()
    assert list(db.session.scalars(select(Notification))) == []


def test_who_is_no_longer_staff_is_told_nothing(thread: Thread, cast: Cast) -> None:
    hand_over(thread, cast.dora, cast.carol, "She called twice.")
    with writing():
        people.set_role(cast.dora, "customer")
    work()
    assert list(db.session.scalars(select(Notification))) == []


# --- What is seen of it


def test_everyone_sees_the_contact_and_the_asker_that_it_is_theirs(
    make: Make, thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    for other in (stranger, browser_of(cast.bob)):
        assert "contact: Carol" in page_of(other, thread)
        assert "your contact" not in page_of(other, thread)
    assert "your contact: Carol" in page_of(browser_of(cast.alice), thread)


def test_kept_pages_show_a_new_contact_at_once(
    make: Make, thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    readers = [stranger, browser_of(cast.bob), browser_of(cast.alice)]
    assert all("contact: Carol" in page_of(reader, thread) for reader in readers)
    hand_over(thread, cast.dora, cast.carol)
    assert all("contact: Dora" in page_of(reader, thread) for reader in readers)
    with writing():
        contacts.give_up(thread, by=cast.dora)
    assert not any("contact:" in page_of(reader, thread) for reader in readers)


def test_kept_pages_stop_showing_a_contact_who_left(
    make: Make, thread: Thread, cast: Cast, stranger: FlaskClient
) -> None:
    make.reply(thread, cast.carol)
    assert "contact: Carol" in page_of(stranger, thread)
    with writing():
        people.disable(cast.carol)
    assert "contact:" not in page_of(stranger, thread)
    with writing():
        people.enable(cast.carol)
    assert "contact: Carol" in page_of(stranger, thread)


def test_a_note_is_read_by_staff_and_by_nobody_else(
    make: Make, thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    hand_over(thread, cast.dora, cast.carol, "She called twice.")
    desk = text_of(parse(browser_of(cast.jana).get(f"/moderation?case={thread.id}")))
    assert "Note for staff, by Carol: She called twice." in desk
    assert "She called twice." in page_of(browser_of(cast.dora), thread)
    for reader in (stranger, browser_of(cast.alice), browser_of(cast.bob)):
        for address in (f"/threads/{thread.id}/{thread.slug}", "/moderation/log", f"/people/{cast.dora.name}"):
            assert "called twice" not in reader.get(address).get_data(as_text=True)


# --- Addresses


def test_a_thread_is_handed_over_from_the_page(make: Make, thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    carol, address = browser_of(cast.carol), f"/moderation/threads/{thread.id}/hand-over"
    for page, to, note in (
        (f"/moderation?case={thread.id}", cast.dora, "One"),
        (f"/threads/{thread.id}/{thread.slug}", cast.jana, ""),
    ):
        answer = carol.post(address, data=forms(carol.get(page))[address] | {"to": str(to.id), "note": note})
        assert (answer.status_code, answer.headers["Location"].partition("#")[0]) == (303, page)
        assert f"{to.display_name} is the contact now." in text_of(parse(carol.get(page)))
        assert contact(thread) == to.name


def test_giving_up_from_the_page(make: Make, thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    carol, page = browser_of(cast.carol), f"/moderation?case={thread.id}"
    address = f"/moderation/threads/{thread.id}/give-up"
    assert address not in forms(browser_of(cast.dora).get(page))
    fields = forms(carol.get(page))[address]
    assert carol.post(address, data=fields).status_code == 303
    assert contact(thread) is None
    assert carol.post(address, data=fields).status_code == 409


@pytest.mark.parametrize("act", ["hand-over", "give-up"])
def test_customers_strangers_and_get_are_refused(
    make: Make,
    thread: Thread,
    cast: Cast,
    browser_of,
    stranger: FlaskClient,
    act: str,  # type: ignore[no-untyped-def]
) -> None:
    make.reply(thread, cast.carol)
    address, sent = f"/moderation/threads/{thread.id}/{act}", {"to": str(cast.dora.id)}
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address, data=sent).status_code == 403
    assert stranger.post(address, data=sent).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(address).status_code == 405
    assert browser_of(cast.carol).post(f"/moderation/threads/4711/{act}", data=sent).status_code == 404
    assert contact(thread) == "carol"


@pytest.mark.parametrize(
    ("to", "note"), [("", ""), ("4711", ""), ("bob", ""), ("abc", ""), ("9" * 30, ""), ("dora", "x" * 2_001)]
)
def test_what_cannot_be_handed_over_keeps_what_was_typed(
    thread: Thread,
    cast: Cast,
    browser_of,
    to: str,
    note: str,  # type: ignore[no-untyped-def]
) -> None:
    to = str(getattr(cast, to).id) if hasattr(cast, to) else to
    sent = {"to": to, "note": note or "She called twice, and then once more."}
    answer = browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/hand-over", data=sent)
    assert answer.status_code == 422
    assert sent["note"] in answer.get_data(as_text=True)
    assert contact(thread) is None


def test_a_thread_is_not_handed_to_who_has_it(make: Make, thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    answer = browser_of(cast.dora).post(f"/moderation/threads/{thread.id}/hand-over", data={"to": str(cast.carol.id)})
    assert answer.status_code == 409
    assert "Carol is the contact already." in text_of(parse(answer))
