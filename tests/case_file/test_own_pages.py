"""A customer's own case file: all of it for its owner, nothing for anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from community.case_file import asking, details, erasing, reading
from community.case_file.models import Detail, DetailRequest, Reading
from community.core import clock
from community.core.extensions import db, writing
from community.core.parking import ParkedForm
from community.threads import solving, voting
from community.threads.models import Thread
from moderation.restructuring import merging, undoing
from tests.case_file.scene import IBAN, NUMBER, CaseScene
from tests.counting import statements
from tests.making import Make
from tests.sending import forms, parse, text_of


def test_the_customer_sees_their_details_on_the_thread_and_on_their_pages(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(case.cast.alice)
    for address in (case.page, "/cases", f"/cases/{case.thread.id}"):
        page = alice.get(address)
        assert NUMBER in page.text
        assert IBAN in page.text
        assert page.headers["Cache-Control"] == "private, no-store"


def test_nobody_else_learns_that_there_is_anything(case: CaseScene, app, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice, bob, stranger = browser_of(case.cast.alice), browser_of(case.cast.bob), app.test_client()
    for _again in range(2):  # what the one was shown is kept for nobody
        assert NUMBER in alice.get(case.page).text
        for browser in (bob, stranger):
            page = browser.get(case.page).text
            assert "canary" not in page
            assert "Private details" not in page
    assert bob.get(f"/cases/{case.thread.id}").status_code == 404
    assert stranger.get("/cases").status_code == 303
    assert "No case yet" in bob.get("/cases").text


def test_a_detail_is_added_from_the_thread_and_lands_back_there(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(case.cast.alice)
    action = f"/threads/{case.thread.id}/details"
    fields = forms(alice.get(case.page))[action]
    answer = alice.post(action, data=fields | {"kind": "phone", "value": "0431 canary"})
    assert (answer.status_code, answer.location) == (303, f"{case.page}#private-details")
    assert "0431 canary" in alice.get(case.page).text
    refused = alice.post(action, data={"kind": "", "value": "typed with care"})
    assert refused.status_code == 422
    assert "typed with care" in refused.text


def test_others_may_add_and_remove_nothing(case: CaseScene, app, browser_of) -> None:  # type: ignore[no-untyped-def]
    detail, bob = details.of_case(case.thread.id)[0], browser_of(case.cast.bob)
    add, remove = f"/threads/{case.thread.id}/details", f"/details/{detail.id}/removal"
    assert bob.post(add, data={"kind": "phone", "value": "1"}).status_code == 403
    assert bob.post(remove).status_code == 404
    assert app.test_client().post(add, data={"value": "1"}).location.startswith("/login")
    assert app.test_client().post(remove).location.startswith("/login")
    assert bob.get(remove).status_code == 405
    with writing():
        case.cast.alice.suspended_until = clock.ago(days=-1)
    alice = browser_of(case.cast.alice)
    assert alice.post(add, data={"kind": "phone", "value": "1"}).status_code == 403
    assert alice.post(remove).status_code == 303  # what is theirs they may take back whatever happened
    assert len(details.of_case(case.thread.id)) == 1


def test_cases_that_wait_for_their_customer_stand_first(case: CaseScene, browser_of, make: Make) -> None:  # type: ignore[no-untyped-def]
    alice = case.cast.alice
    over = make.thread(by=alice, title="It was solved long ago", solved=True)
    answered = make.thread(by=alice, title="Staff have said something")
    make.reply(answered, case.cast.carol)
    shared = make.thread(by=case.cast.bob, title="The box drops calls at night")
    with writing():
        voting.say_me_too(shared, by=alice)
    page = parse(browser_of(alice).get("/cases"))
    titles = [text_of(each) for each in page.iter("h2") if each.get("class") == "case-card-title"]
    assert titles == [answered.title, case.thread.title, over.title]
    told = text_of(page)
    assert "staff have answered" in told
    assert "Waiting for staff" in told
    assert shared.title in told


def test_the_list_is_walked_by_key_and_asks_no_more_for_more(case: CaseScene, browser_of, make: Make) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(case.cast.alice)
    alice.get("/cases")
    with statements() as few:
        alice.get("/cases")
    for number in range(22):
        make.thread(by=case.cast.alice, title=f"Another case of hers, number {number}")
    with statements() as many:
        first = alice.get("/cases")
    assert len(many) <= len(few) + 1
    (older,) = [link.get("href") for link in parse(first).iter("a") if link.get("rel") == "next"]
    second = parse(alice.get(older))
    titles = [
        text_of(each)
        for page in (parse(first), second)
        for each in page.iter("h2")
        if each.get("class") == "case-card-title"
    ]
    assert len(titles) == len(set(titles)) == 23
    assert alice.get("/cases?after=1_2_x").status_code == 200


def test_what_is_private_of_a_hidden_or_removed_case_stays_its_owners(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(case.cast.alice)
    for visibility in ("held", "hidden", "removed"):
        with writing():
            db.session.execute(update(Thread).values(visibility=visibility))
        for address in ("/cases", f"/cases/{case.thread.id}"):
            page = alice.get(address).text
            assert NUMBER in page, visibility
            assert (case.thread.title in page) == (visibility != "removed")


def test_staff_ask_and_the_customer_answers_in_parts(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    cast = case.cast
    with writing():
        asked = asking.ask(
            cast.alice, case.thread, kinds=["phone", "address"], question="Which canary floor?", by=cast.carol
        )
    alice, address = browser_of(cast.alice), f"/details/requests/{asked.id}"
    for page in (case.page, "/cases"):
        told = alice.get(page).text
        assert "Staff ask for: Phone number, Postal address." in told
        assert "Which canary floor?" in told
    assert "Which canary floor?" not in browser_of(cast.bob).get(case.page).text
    assert browser_of(cast.bob).post(address, data={"answer-phone": "1"}).status_code == 404
    assert alice.post(address, data={"answer-phone": " "}).status_code == 422
    assert alice.post(address, data={"answer-phone": "0431 55", "answer-question": "The third"}).status_code == 303
    assert "Staff ask for: Postal address." in alice.get(case.page).text
    alice.post(
        f"/threads/{case.thread.id}/details", data={"kind": "address", "value": "Old mill"}
    )  # through another door
    db.session.rollback()
    assert db.session.get_one(DetailRequest, asked.id).answered_at == clock.now()
    assert alice.post(address, data={"answer-phone": "2"}).status_code == 409
    assert "Which canary floor?\nThe third" in details.own_values(cast.alice, details.of_case(case.thread.id)).values()


def test_the_customer_sees_who_read_what_and_when_it_is_deleted(case: CaseScene, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        reading.open_details(case.thread, by=case.cast.carol, purpose="invoice\nthe one of March")
    alice = browser_of(case.cast.alice)
    for address in ("/cases", "/cases/readings", f"/cases/{case.thread.id}"):
        told = text_of(parse(alice.get(address)))
        assert "Carol" in told
        assert "opened: Customer number, IBAN" in told
        assert "to check an invoice or payment: the one of March" in told
    assert "is deleted 60 days after the case is solved or closed" in told
    with writing():
        solving.mark_solution(case.make.reply(case.thread, case.cast.carol), by=case.cast.alice)
    assert "is deleted on Jan 15, 2027" in text_of(parse(alice.get(f"/cases/{case.thread.id}")))
    assert "Carol" not in text_of(parse(browser_of(case.cast.bob).get("/cases/readings")))


def test_details_go_along_when_two_threads_become_one_and_back(case: CaseScene, browser_of, make: Make) -> None:  # type: ignore[no-untyped-def]
    into = make.thread(by=case.cast.bob, title="The box drops calls at night")
    with writing():
        done = merging.merge(case.thread, into, by=case.cast.dora, reason="The same issue.")
    assert len(details.of_case(into.id)) == 2
    alice = browser_of(case.cast.alice)
    assert NUMBER in alice.get(f"/threads/{into.id}/{into.slug}").text
    assert "canary" not in browser_of(case.cast.bob).get(f"/threads/{into.id}/{into.slug}").text
    listed = parse(alice.get("/cases"))
    assert [text_of(each) for each in listed.iter("h2") if each.get("class") == "case-card-title"] == [into.title]
    with writing():
        undoing.undo(done, by=case.cast.dora)
    assert len(details.of_case(case.thread.id)) == 2
    assert details.of_case(into.id) == []


def test_an_erased_person_leaves_nothing_private(case: CaseScene) -> None:
    with writing():
        reading.open_details(case.thread, by=case.cast.carol)
        asking.ask(case.cast.alice, case.thread, kinds=["phone"], question="", by=case.cast.carol)
        erasing.erase(case.cast.alice)
    assert [db.session.scalar(select(table.id)) for table in (Detail, Reading, DetailRequest)] == [None] * 3


def test_a_detail_that_was_sent_too_late_waits_unreadable_in_the_database(case: CaseScene, app) -> None:  # type: ignore[no-untyped-def]
    late = app.test_client()
    late.post(f"/threads/{case.thread.id}/details", data={"kind": "phone", "value": "0431 canary that is long"})
    row = db.session.scalars(select(ParkedForm)).one()
    assert "canary" not in f"{row.fields}{row.path}"


@pytest.mark.parametrize("address", ["/cases/999", "/cases/0"])
def test_a_case_that_is_none_is_not_found(case: CaseScene, browser_of, address: str) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(case.cast.alice).get(address).status_code == 404
