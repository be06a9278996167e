"""Contact cards: hours, who stands in, until when somebody is away; read by the asker on each open case, by nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts.models import Person
from community.accounts.policy import is_on_staff
from community.attachments.models import Attachment
from community.core import clock
from community.core.errors import Conflict, Invalid
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.i18n import force_locale
from community.threads.models import Thread
from moderation.contact_cards import days, showing
from moderation.contact_cards import keeping as card_keeping
from moderation.contact_cards.keeping import Written
from moderation.models import AuditEntry
from moderation.owning import contacts, duty
from moderation.owning.models import ContactCard, OffDuty
from tests.attachments.hostile import picture
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of

CARD = "/moderation/settings/card"


def put(person: Person, **written: object) -> None:
    with writing():
        card = card_keeping.card_of(person)
        card_keeping.put(person, Written(**written), by=person, started_from=card.version if card else 0)  # type: ignore[arg-type]


def away(person: Person, back_on: date | None = None) -> None:
    with writing():
        duty.go_off_duty(person, back_on)
        card_keeping.show_anew(person)


def card_on(browser: FlaskClient, thread: Thread) -> str:
    """What the card on the thread's page says; nothing if there is none."""
    page = parse(browser.get(f"/threads/{thread.id}/{thread.slug}"))
    return " ".join(text_of(one) for one in page.iter("div") if one.get("class") == "contact-card")


def audited() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.act)))


# --- Days, as pure functions


@pytest.mark.parametrize(
    ("day", "english", "german"),
    [
        (date(2026, 11, 17), "back tomorrow", "morgen wieder da"),
        (date(2026, 11, 18), "back on Wednesday", "wieder da am Mittwoch"),
        (date(2026, 11, 22), "back on Sunday", "wieder da am Sonntag"),
        (date(2026, 11, 23), "back on 23 November 2026", "wieder da am 23. November 2026"),
        (date(2027, 1, 4), "back on 4 January 2027", "wieder da am 4. Januar 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it(cast: Cast, day: date, english: str, german: str) -> None:
    with force_locale("en"):
        assert days.back(day) == english
    with force_locale("de"):
        assert days.back(day) == german


def test_who_said_a_day_is_on_duty_from_that_day_on() -> None:
    row = OffDuty(back_on=date(2026, 11, 18))
    assert duty.is_away(row, date(2026, 11, 17))
    assert not duty.is_away(row, date(2026, 11, 18))
    assert duty.is_away(OffDuty(back_on=None), date(2027, 1, 1))
    assert not duty.is_away(None, date(2027, 1, 1))


# --- Who gets the returning customer


def test_a_returning_customer_goes_to_the_stand_in_and_the_next_time_to_the_contact_again(
    make: Make, thread: Thread, cast: Cast
) -> None:
    make.reply(thread, cast.carol)
    put(cast.carol, stand_in_id=cast.dora.id)
    away(cast.carol, date(2026, 11, 18))
    assert contacts.contact_of(make.thread(by=cast.alice)) == cast.dora
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert duty.is_on_duty(cast.carol)
        assert contacts.contact_of(make.thread(by=cast.alice)) == cast.carol


def test_a_stand_in_who_is_away_is_not_asked_nor_is_theirs(make: Make, thread: Thread, cast: Cast) -> None:
    make.reply(thread, cast.carol)
    put(cast.carol, stand_in_id=cast.dora.id)
    put(cast.dora, stand_in_id=cast.jana.id)
    away(cast.carol)
    away(cast.dora)
    assert contacts.contact_of(make.thread(by=cast.alice)) is None
    with writing():
        duty.come_on_duty(cast.dora)
        cast.dora.suspended_until = clock.ago(days=-1)
    assert not is_on_staff(cast.dora)
    assert contacts.contact_of(make.thread(by=cast.alice)) is None


def test_nobody_is_their_own_stand_in_nor_is_a_customer(cast: Cast) -> None:
    with pytest.raises(Invalid, match="for themselves"):
        put(cast.carol, stand_in_id=cast.carol.id)
    with pytest.raises(Invalid, match="Only staff"):
        put(cast.carol, stand_in_id=cast.bob.id)


# --- What the customer reads


def test_the_asker_reads_the_card_on_the_open_case_and_nobody_else_does(
    make: Make, thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    put(cast.carol, hours_de="Mo-Fr 9-17 Uhr", hours_en="Mon-Fri 9-17", stand_in_id=cast.dora.id)
    alice = browser_of(cast.alice)
    assert card_on(alice, thread) == "C Your contact Carol Staff Mon-Fri 9-17"
    away(cast.carol, date(2026, 11, 18))
    assert "back on Wednesday · until then: Dora" in card_on(alice, thread)
    assert [card_on(reader, thread) for reader in (browser_of(cast.bob), stranger)] == ["", ""]
    with writing():
        cast.alice.language = "de"
    assert "Deine Ansprechperson Carol Team Mo-Fr 9-17 Uhr" in card_on(alice, thread)
    assert "wieder da am Mittwoch · bis dahin: Dora" in card_on(alice, thread)
    with writing():
        db.session.get_one(Thread, thread.id).solved_at = clock.now()
    assert showing.contact_card(db.session.get_one(Thread, thread.id)) is None


def test_a_kept_page_is_made_anew_when_the_day_is_another(make: Make, thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    away(cast.carol, date(2026, 11, 18))
    alice = browser_of(cast.alice)
    assert "back on Wednesday" in card_on(alice, thread)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "back tomorrow" in card_on(alice, thread)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert "back" not in card_on(alice, thread)


def test_cards_of_many_cases_are_one_question(make: Make, cast: Cast) -> None:
    threads = [make.thread(by=cast.alice) for _each in range(3)]
    make.reply(threads[0], cast.carol)
    make.reply(threads[1], cast.dora)
    db.session.expire_all()
    loaded = [db.session.get_one(Thread, thread.id) for thread in threads]
    with statements() as asked:
        found = showing.contact_cards(loaded)
    assert {one.person.name for one in found.values()} == {"carol", "dora"}
    assert len(asked) == 1


# --- Writing it


def test_ones_own_card_needs_no_verb_and_is_no_act(make: Make, cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    sent = forms(carol.get(CARD))[CARD] | {"hours_en": " Mon-Fri  9-17 ", "stand_in": str(cast.dora.id)}
    assert carol.post(CARD, data=sent).status_code == 303
    assert browser_of(cast.bob).get(CARD).status_code == 403
    assert browser_of(cast.bob).post(CARD, data=sent).status_code == 403
    assert stranger.post(CARD, data=sent).headers["Location"].startswith("/login")
    assert audited() == []
    row = db.session.scalars(select(ContactCard)).one()
    assert (row.person_id, row.hours_en, row.stand_in_id) == (cast.carol.id, "Mon-Fri 9-17", cast.dora.id)


def test_who_may_set_staff_writes_a_colleagues_and_leaves_one_row(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/settings/staff/{cast.carol.id}/card"
    jana, dora = browser_of(cast.jana), browser_of(cast.dora)
    assert (dora.get(address).status_code, dora.post(address).status_code) == (403, 403)
    assert jana.get(f"/moderation/settings/staff/{cast.bob.id}/card").status_code == 404
    sent = forms(jana.get(address))[address] | {"hours_de": "Mo-Fr"}
    assert jana.post(address, data=sent).status_code == 303
    assert audited() == ["contact.card_changed"]
    event = db.session.scalars(select(Event).where(Event.action == Action.CONTACT_CARD_CHANGED)).one()
    assert event.payload["after"] == {"hours_de": "Mo-Fr", "hours_en": "", "stand_in": None}
    assert jana.post(address, data=sent | {"hours_de": "Mo"}).status_code == 409


def test_a_card_that_changed_meanwhile_is_a_conflict_that_keeps_the_text(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    sent = forms(carol.get(CARD))[CARD]
    put(cast.carol, hours_en="Mon-Thu")
    answer = carol.post(CARD, data=sent | {"hours_en": "Fri only"})
    assert (answer.status_code, "changed while you wrote" in answer.text) == (409, True)
    again = forms(answer)[CARD]
    assert again["hours_en"] == "Fri only"
    assert carol.post(CARD, data=again).status_code == 303
    with pytest.raises(Conflict), writing():
        card_keeping.put(cast.carol, Written(), by=cast.carol, started_from=1)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("hours_de", "x" * 81, "at most 80"),
        ("stand_in", "{carol}", "for themselves"),
        ("stand_in", "{bob}", "Only staff"),
    ],
)
def test_what_does_not_fit_is_said_beside_what_was_typed(
    cast: Cast, browser_of, field: str, typed: str, sentence: str
) -> None:  # type: ignore[no-untyped-def]
    value = typed.format(carol=cast.carol.id, bob=cast.bob.id)
    answer = browser_of(cast.carol).post(CARD, data={"version": "0", "hours_en": "kept", field: value})
    assert (answer.status_code, sentence in answer.text, forms(answer)[CARD]["hours_en"]) == (422, True, "kept")


@pytest.mark.parametrize("typed", ["2026-11-16", "2028-01-01", "soon"])
def test_one_is_back_on_a_day_to_come(cast: Cast, browser_of, typed: str) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.carol).post("/moderation/off-duty", data={"back_on": typed})
    assert (answer.status_code, typed in answer.text) == (422, True)
    db.session.rollback()
    assert duty.is_on_duty(cast.carol)


def test_a_photo_is_shown_to_the_customer_replaced_and_removed(
    make: Make, thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    make.reply(thread, cast.carol)
    carol = browser_of(cast.carol)

    def send(**fields: object) -> int:
        return carol.post(CARD, data=forms(carol.get(CARD))[CARD] | fields).status_code  # type: ignore[no-any-return]

    def face() -> str | None:
        page = parse(browser_of(cast.alice).get(f"/threads/{thread.id}/{thread.slug}"))
        found = [one.get("src") for one in page.iter("img") if one.get("class") == "contact-card-face"]
        return found[0] if found else None

    assert send(photo=(BytesIO(b"no photo"), "me.jpg")) == 422
    assert send(photo=(BytesIO(picture()), "me.jpg")) == 303
    first = face()
    assert first is not None
    assert stranger.get(first).status_code == 200
    assert send(photo=(BytesIO(picture()), "me.jpg")) == 303
    second = face()
    assert second not in (first, None)
    assert stranger.get(first).status_code == 404
    assert send(remove_photo="1") == 303
    assert (face(), db.session.scalar(select(func.count()).select_from(Attachment))) == (None, 0)


def test_going_off_duty_says_until_when_and_who_stands_in(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    carol.post("/moderation/off-duty")
    sent = forms(carol.get("/moderation"))["/moderation/off-duty"]
    sent |= {"back_on": "2026-11-18", "stand_in": str(cast.dora.id)}
    assert carol.post("/moderation/off-duty", data=sent).status_code == 303
    db.session.rollback()
    row, other = duty.row_of(cast.carol), duty.stand_in_for(cast.carol)
    assert (row and row.back_on, other) == (date(2026, 11, 18), cast.dora)
