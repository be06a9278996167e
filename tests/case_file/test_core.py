"""Private details at their core: from a form to the case, told once, known again, bounded, deleted after their term."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update

from community.case_file import details, moving, reading
from community.case_file.kinds import Label
from community.case_file.models import Detail, Reading
from community.core import clock, sealing
from community.core.errors import Conflict, Invalid, NotAllowed
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.intake import asking, drafts
from community.intake.drafts import Owner, Sitting, Written
from community.intake.requests import answering, keeping
from community.intake.requests.definition import Both, Field, Form, Kind, Step
from community.intake.requests.keeping import Naming
from community.threads import solving
from community.threads.models import Thread
from tests.case_file.scene import IBAN, NUMBER, CaseScene
from tests.making import Cast, Make, words

FORM = Form(
    (
        Step(
            "moving",
            Both("Umzug", "Moving"),
            (
                Field("when", Kind.DATE, Both("Wann?", "When?")),
                Field("number", Kind.TEXT, Both("Kundennummer", "Customer number"), is_private=True, known_as="customer_number"),
            ),
        ),
    )
)  # fmt: skip


def asked_with_form(make: Make, cast: Cast) -> Thread:
    """Alice asks with a form that wants a private answer, and tells a phone number beside it."""
    category = make.category()
    with writing():
        request = keeping.add_request(category, Naming("Umzug", "I want to move"), FORM, by=cast.jana)
        draft = drafts.begin(Owner(person_id=cast.alice.id), category=category, title="")
        answering.choose_request(draft, request)
        drafts.save(draft, Written(title="I move to the old mill", body="In spring.", language="en"), Sitting())
        answering.store(draft, FORM, {"when": "2027-03-01", "number": NUMBER})
        answering.tell(draft, answering.Told("phone", "0431 canary"))
    body = words("In spring.")
    with writing():
        return asking.post_draft(draft, by=cast.alice, words=body, version=draft.version, reads="en")


def test_private_answers_of_a_form_become_details_of_the_case(make: Make, cast: Cast) -> None:
    thread = asked_with_form(make, cast)
    found = details.of_case(thread.id)
    assert [(row.kind, row.label_en, row.known_as, row.source) for row in found] == [
        ("customer_number", "Customer number", "customer_number", "asked"),
        ("phone", "Phone number", "phone", "asked"),
    ]
    assert list(details.own_values(cast.alice, found).values()) == [NUMBER, "0431 canary"]
    assert details.known_values(cast.alice, "customer_number") == [NUMBER]
    assert details.known_values(cast.bob, "customer_number") == []


def test_the_same_is_kept_once_and_the_sixty_first_is_refused(case: CaseScene) -> None:
    alice, thread = case.cast.alice, case.thread
    with writing():
        details.add(alice, thread, kind="iban", value=f" {IBAN} ", by=alice, source="thread")
        for number in range(details.MOST - 2):
            details.add(alice, thread, kind="other", value=f"Line {number}", by=alice, source="thread")
    assert len(details.of_case(thread.id)) == details.MOST
    with pytest.raises(Conflict), writing():
        details.add(alice, thread, kind="other", value="One more", by=alice, source="thread")
    with pytest.raises(Invalid), writing():
        details.add(alice, thread, kind="other", value="  ", by=alice, source="thread")


def test_nobody_elses_values_are_told(case: CaseScene) -> None:
    rows = details.of_case(case.thread.id)
    with pytest.raises(NotAllowed):
        details.own_values(case.cast.bob, rows)
    with pytest.raises(NotAllowed), writing():
        reading.open_details(case.thread, by=case.cast.bob)
    assert db.session.scalar(select(Reading)) is None


def test_a_detail_that_was_moved_to_another_persons_row_does_not_open(case: CaseScene) -> None:
    with writing():
        db.session.execute(text("UPDATE details SET person_id = :bob"), {"bob": case.cast.bob.id})
    db.session.expire_all()
    rows = details.of_case(case.thread.id)
    assert details.own_values(case.cast.bob, rows) == {}
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(rows[0].sealed, details.about(case.cast.bob.id))


def test_a_reading_is_noted_with_the_values_and_opens_photos_for_ten_minutes(case: CaseScene) -> None:
    carol = case.cast.carol
    first = details.of_case(case.thread.id)[0]
    assert not reading.has_open(carol, first)
    with writing():
        opened = reading.open_details(case.thread, by=carol, purpose="identify\n")
    assert [each.value for each in opened] == [NUMBER, IBAN]
    (row, purpose) = reading.readings_of(case.cast.alice)[0]
    assert (row.reader.name, row.labels_in("en"), purpose) == ("carol", ["Customer number", "IBAN"], "identify\n")
    assert reading.has_open(carol, first)
    assert not reading.has_open(case.cast.dora, first)
    with clock.frozen(clock.ago(minutes=-11)):
        assert not reading.has_open(carol, first)


def test_details_are_deleted_when_their_term_is_over(case: CaseScene) -> None:
    alice, thread = case.cast.alice, case.thread
    with writing():
        details.add(
            alice, None, kind="other", value="Whatever the case", by=alice, source="thread", label=Label("X", "X", 1)
        )
    with clock.frozen(clock.ago(days=-800)):
        assert details.forget_old() == 1  # the case is open, so its details stay
    with writing():
        solving.mark_solution(case.make.reply(thread, case.cast.carol), by=alice)
    iban = details.of_case(thread.id)[1]
    end = details.ends_at(iban, db.session.get_one(Thread, thread.id))
    assert end is not None
    assert (end - clock.now()).days == 60
    with clock.frozen(end):
        assert details.forget_old() == 1
    assert [row.kind for row in details.of_case(thread.id)] == ["customer_number"]
    with clock.frozen(clock.ago(days=-366)):
        assert details.forget_old() == 1


def test_what_was_found_in_a_text_moves_to_the_details(case: CaseScene) -> None:
    with writing():
        moved = moving.move(
            case.cast.bob, case.thread, [("imei", "490154203237518"), ("custom", "K-1")], by=case.cast.bob
        )
    assert [(row.kind, row.source, row.person_id) for row in moved] == [
        ("imei", "moved", case.cast.bob.id),
        ("other", "moved", case.cast.bob.id),
    ]


def test_no_event_holds_what_is_private(case: CaseScene) -> None:
    with writing():
        reading.open_details(case.thread, by=case.cast.carol, purpose="\ncanary-purpose")
        details.remove(details.of_case(case.thread.id)[0], by=case.cast.alice)
    written = "".join(str(vars(event)) for event in db.session.scalars(select(Event)))
    assert "canary" not in written
    actions = select(Event.action).where(Event.action.like("detail.%")).order_by(Event.id)
    assert list(db.session.scalars(actions)) == [
        Action.DETAIL_ADDED,
        Action.DETAIL_ADDED,
        Action.DETAIL_READ,
        Action.DETAIL_REMOVED,
    ]


def test_a_detail_whose_key_is_lost_takes_no_page_with_it(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        db.session.execute(update(Detail).values(sealed="00000000:nonsense"))
    page = browser_of(case.cast.alice).get(case.page)
    assert page.status_code == 200
    assert "This cannot be read at present." in page.text
