"""A customer fills a guided request: step by step, back and forth, in public and in private."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community.attachments.inspection import Inspected
from community.attachments.models import Attachment
from community.case_file import details
from community.core.extensions import db, writing
from community.intake.photo_reading import guessing
from community.intake.photo_reading.kinds import Guess
from community.intake.requests import keeping, uploads
from community.intake.requests.answering import private_of
from community.intake.requests.definition import Both, Field, Form, Kind, Reads, Step
from community.intake.requests.models import Answer
from community.threads.models import Post, Thread
from search_index.cases import cases_of
from tests.working import work

from .conftest import draft_at, secret_in
from .guided import FORM, NAMING, NUMBER, Filler, photo, request_in


@pytest.fixture
def wish(room, cast):
    """The request in the menu of the room."""
    return request_in(room, cast.jana)


@pytest.fixture
def begun(wish, room, asker_in, browser_of, cast):
    """Alice has chosen it."""
    browser = browser_of(cast.alice)
    secret = asker_in(browser).begin(title="", request=wish.slug)
    return Filler(browser, secret)


def _post(filler: Filler, **texts: str):
    page = filler.browser.get(f"/ask/{filler.secret}/describe").get_data(as_text=True)
    title = page.split('id="title" name="title" value="', 1)[1].split('"', 1)[0]
    sent = {"title": title, "body": ""} | texts
    onward = filler.browser.post(f"/ask/{filler.secret}/describe", data=sent)
    assert onward.location.endswith("/check"), onward.get_data(as_text=True)
    version = draft_at(filler.secret).version
    return filler.browser.post(f"/ask/{filler.secret}/check", data={"version": version})


def test_the_menu_stands_on_the_categorys_page_and_between_category_and_form(wish, stranger, asker_in):
    assert f"/ask?category=internet&amp;request={wish.slug}" in stranger.get("/categories/internet").text
    answer = stranger.post("/ask", data={"category": "internet", "title": "Something with my line"})
    assert answer.location.endswith("/request")
    page = stranger.get(answer.location).text
    assert "I report a meter reading" in page
    assert "Something else" in page
    secret = secret_in(answer)
    assert stranger.post(f"/ask/{secret}/request", data={"request": "nothing"}).status_code == 422
    assert stranger.post(f"/ask/{secret}/request", data={"request": ""}).location.endswith("/describe")
    chosen = stranger.post(f"/ask/{secret}/request", data={"request": wish.slug})
    assert chosen.location.endswith("/form/meter")
    assert stranger.get(f"/ask/{secret}/form").location.endswith("/form/meter")


def test_a_whole_request_becomes_a_thread_with_public_facts_and_private_details(begun, cast, stranger):
    begun.all(picture=photo("blue"))
    check = begun.browser.get(f"/ask/{begun.secret}/check")
    assert check.location.endswith("/describe")  # there is no title yet
    assert _post(begun).status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    assert thread.title == "I report a meter reading: Power"
    assert db.session.scalars(select(Post.source)).one() == NAMING.name_en
    answers = {row.key: row.value for row in db.session.scalars(select(Answer))}
    assert answers["kind"] == "power"
    assert answers["model"] == "Ferraris 7"
    assert {*answers} == {"kind", "model", "picture"}
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}").text
    for shown in ("Which meter?", "Power", "Ferraris 7", f"/files/{answers['picture']}"):
        assert shown in page
    assert NUMBER not in page
    assert "zaehler-in-der-kueche" not in page
    assert stranger.get(f"/files/{answers['picture']}").status_code == 200
    private = details.of_case(thread.id)
    assert {detail.label_en for detail in private} == {"Customer number", "Photo of the meter"}
    assert NUMBER in details.own_values(cast.alice, private).values()
    photos = db.session.scalars(select(Attachment).where(Attachment.is_private)).all()
    assert [row.owner_id for row in photos] == [cast.alice.id]
    assert all(row.kept_at for row in photos)
    assert stranger.get(f"/files/{photos[0].secret}").status_code == 404
    draft = draft_at(begun.secret)
    assert (draft.answers, draft.sealed) == ({}, "")
    case = cases_of([thread.id])[0][0]
    assert "Model: Ferraris 7" in case.body
    assert NUMBER not in case.body


def test_in_german_the_same_facts_have_german_words(begun, stranger):
    begun.all()
    _post(begun)
    thread = db.session.scalars(select(Thread)).one()
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}", headers={"Accept-Language": "de"}).text
    assert "Welcher Zähler?" in page
    assert "Strom" in page
    assert '<dd lang="en">Ferraris 7' in page


def test_a_question_that_depends_on_an_answer_comes_when_it_is_given(begun):
    again = begun.fill("meter", kind="gas")
    assert again.location.endswith("/form/meter")
    page = begun.browser.get(again.location).text
    assert "One more question, because of your answer." in page
    wrong = begun.fill("meter", kind="gas", calorific="a lot")
    assert wrong.status_code == 422
    assert 'value="a lot"' in wrong.text
    assert "This is no number." in wrong.text
    assert begun.fill("meter", kind="gas", calorific="11,2").location.endswith("/form/yours")
    assert begun.fill("meter", kind="power", calorific="11,2").location.endswith("/form/yours")
    assert draft_at(begun.secret).answers == {
        "kind": "power",
        "calorific": "11.2",
    }  # whoever changes their mind finds it


def test_what_is_wrong_or_missing_is_kept_and_said_beside_the_field_and_private_text_is_sealed_at_once(begun):
    begun.fill("meter", kind="power")
    refused = begun.fill("yours", customer="12")
    assert refused.status_code == 422
    assert "It begins with NL-." in refused.text
    assert "Add a file here." in refused.text
    draft = draft_at(begun.secret)
    assert "customer" not in draft.answers
    assert private_of(draft).answers == {"customer": "12"}
    assert 'value="12"' in begun.open("yours")
    assert begun.browser.get(f"/ask/{begun.secret}/form/meter").status_code == 200  # back is free
    described = begun.browser.post(f"/ask/{begun.secret}/describe", data={"title": "My meter says nothing", "body": ""})
    back = begun.browser.get(described.location)
    assert back.location.endswith("/form")
    assert begun.browser.get(back.location).location.endswith("/form/yours")


def test_a_text_in_place_of_a_photo_and_a_photo_in_place_of_a_text_are_told(begun):
    begun.fill("meter", kind="power")
    refused = begun.fill("yours", customer=photo(), photo="a text")
    assert refused.status_code == 422
    assert "A text is needed here, not a file." in refused.text
    assert "A photo or file is needed here, not a text." in refused.text
    refused = begun.fill("yours", customer=NUMBER, photo=(photo()[0].__class__(b"nothing"), "x.jpg"))
    assert "This is not a photo" in refused.text
    assert private_of(draft_at(begun.secret)).answers == {"customer": NUMBER}


def test_a_photo_is_replaced_and_removed(begun):
    begun.fill("meter", kind="power")
    begun.fill("yours", press="upload", value="photo", photo=photo())
    first = db.session.scalars(select(Attachment.secret)).one()
    assert f"/files/{first}" in begun.open("yours")
    begun.fill("yours", press="upload", value="photo", photo=photo("green"))
    db.session.rollback()
    assert db.session.scalars(select(Attachment.secret)).one() != first
    begun.fill("yours", press="remove", value="photo")
    db.session.rollback()
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_stranger_fills_it_too_and_nobody_else_sees_the_photo(wish, asker_in, stranger, app, cast, make, browser_of):
    filler = Filler(stranger, asker_in(stranger).begin(title="", request=wish.slug))
    filler.all()
    secret = db.session.scalars(select(Attachment.secret)).one()
    assert stranger.get(f"/files/{secret}").status_code == 200
    assert app.test_client().get(f"/files/{secret}").status_code == 404
    assert browser_of(cast.carol).get(f"/files/{secret}").status_code == 404
    other = app.test_client()
    assert other.get(f"/ask/{filler.secret}/form/yours").status_code == 404
    assert other.post(f"/ask/{filler.secret}/form/yours", data={"f-customer": "x"}).status_code == 404


def test_what_was_told_before_is_offered_and_taken_over_only_if_confirmed(begun, cast, make):
    thread = make.thread(by=cast.alice, title="Line down since Monday")
    with writing():
        details.add(cast.alice, thread, kind="customer_number", value=NUMBER, by=cast.alice, source="thread")
    begun.fill("meter", kind="power")
    page = begun.open("yours")
    assert "You told us this already." in page
    assert "told on November 16, 2026 in “Line down since Monday”" in page
    assert private_of(draft_at(begun.secret)).answers == {}
    known = page.split('name="f-customer-known" value="', 1)[1].split('"', 1)[0]
    begun.fill("yours", **{"customer-known": known})
    assert private_of(draft_at(begun.secret)).answers == {"customer": NUMBER}
    begun.fill("yours", **{"customer-known": known}, customer="NL-999999")
    assert private_of(draft_at(begun.secret)).answers == {"customer": "NL-999999"}


def test_nobody_takes_over_what_another_told(begun, cast, make):
    with writing():
        detail = details.add(cast.bob, None, kind="customer_number", value=NUMBER, by=cast.bob, source="thread")
    begun.fill("meter", kind="power")
    assert "You told us this already." not in begun.open("yours")
    begun.fill("yours", **{"customer-known": str(detail.id)})
    begun.browser.post(f"/ask/{begun.secret}/told", data={"known": detail.id})
    private = private_of(draft_at(begun.secret))
    assert (private.answers, private.told) == ({}, ())


def test_private_details_are_told_beside_the_form_and_removed(begun, cast):
    begun.all()
    begun.browser.post(
        f"/ask/{begun.secret}/told",
        data={"told-kind": "phone", "told-value": "0621 12345", "title": "A title of mine", "body": ""},
    )
    draft = draft_at(begun.secret)
    assert draft.title == "A title of mine"
    page = begun.browser.get(f"/ask/{begun.secret}/check").text
    assert "0621 12345" in page
    begun.browser.post(f"/ask/{begun.secret}/told/0/remove", data={"back": "check"})
    assert private_of(draft_at(begun.secret)).told == ()
    begun.browser.post(f"/ask/{begun.secret}/told", data={"told-kind": "phone", "told-value": "0621 12345"})
    _post(begun, title="A title of mine")
    thread = db.session.scalars(select(Thread)).one()
    values = details.own_values(cast.alice, details.of_case(thread.id)).values()
    assert "0621 12345" in values


def test_a_private_answer_that_stands_in_public_too_is_taken_out_with_one_press(begun):
    begun.all(model="Ferraris nl 123456")
    refused = _post(begun, body=f"My number is {NUMBER.lower()}, and the box blinks.")
    assert refused.status_code == 422
    assert db.session.scalars(select(Thread)).all() == []
    assert "Take it out" in refused.text
    begun.browser.post(f"/ask/{begun.secret}/take-out")
    draft = draft_at(begun.secret)
    assert draft.body == "My number is [private detail], and the box blinks."
    assert draft.answers["model"] == "Ferraris [private detail]"
    assert begun.browser.post(f"/ask/{begun.secret}/check", data={"version": draft.version}).status_code == 303


def test_a_form_that_was_changed_meanwhile_may_be_finished_or_renewed(begun, wish, cast):
    begun.all()
    fewer = FORM.__class__(FORM.steps[:2])
    with writing():
        keeping.change_request(wish, NAMING, fewer, started_from=1, by=cast.jana)
    assert "This form has changed since you began." in begun.open("device")
    begun.browser.post(f"/ask/{begun.secret}/newer-form")
    assert begun.browser.get(f"/ask/{begun.secret}/form/device").status_code == 303
    assert private_of(draft_at(begun.secret)).answers["customer"] == NUMBER
    with writing():
        keeping.archive(wish, by=cast.jana)
    assert "I report a meter reading" in begun.browser.get(f"/ask/{begun.secret}/request").text
    assert _post(begun).status_code == 303


def test_what_was_public_is_sealed_when_the_new_form_asks_it_in_private(begun, wish, cast):
    begun.all(picture=photo("blue"))
    public = db.session.scalars(select(Attachment).where(Attachment.is_private.is_(False))).one().secret
    steps = FORM.as_json()["steps"]
    for field in steps[2]["fields"]:
        field["is_private"] = True
    with writing():
        keeping.change_request(wish, NAMING, FORM.from_json({"steps": steps}), started_from=1, by=cast.jana)
    begun.browser.post(f"/ask/{begun.secret}/newer-form")
    draft = draft_at(begun.secret)
    assert draft.answers == {"kind": "power"}
    assert private_of(draft).answers["model"] == "Ferraris 7"
    assert db.session.scalars(select(Attachment).where(Attachment.secret == public)).all() == []
    assert len(db.session.scalars(select(Attachment).where(Attachment.is_private)).all()) == 2


def test_the_script_saves_what_is_typed_and_leaves_files_alone(begun, app):
    begun.fill("meter", kind="power")
    sent = {"shown-field": ["customer", "photo"], "f-customer": "NL-1"}
    saved = begun.browser.post(f"/drafts/{begun.secret}/form/yours", data=sent, headers={"X-Fragment": "1"})
    assert saved.status_code == 200
    assert "saved" in saved.text
    assert private_of(draft_at(begun.secret)).answers == {"customer": "NL-1"}
    assert app.test_client().post(f"/drafts/{begun.secret}/form/yours", data=sent).status_code in (303, 401)


def test_another_category_keeps_the_answers_and_asks_again_which_request(begun, make):
    make.category("invoices")
    begun.all()
    moved = begun.browser.post(f"/ask/{begun.secret}/about", data={"category": "invoices"})
    assert moved.location.endswith("/describe")
    draft = draft_at(begun.secret)
    assert draft.request_id is None
    assert private_of(draft).answers["customer"] == NUMBER
    back = begun.browser.post(f"/ask/{begun.secret}/about", data={"category": "internet"})
    assert back.location.endswith("/request")


def test_a_file_that_is_gone_is_asked_for_again(begun):
    begun.all()
    with writing():
        db.session.delete(db.session.scalars(select(Attachment)).one())
    begun.browser.post(f"/ask/{begun.secret}/describe", data={"title": "My meter says nothing", "body": ""})
    draft = draft_at(begun.secret)
    answer = begun.browser.post(f"/ask/{begun.secret}/check", data={"version": draft.version})
    assert answer.location.endswith("/form")
    assert begun.browser.get(answer.location).location.endswith("/form/yours")
    assert db.session.scalars(select(Thread)).all() == []


def test_what_a_photo_seems_to_say_is_offered_and_never_an_answer_by_itself(begun, wish, cast, monkeypatch):
    monkeypatch.setattr(guessing, "is_available", lambda: True)
    monkeypatch.setattr(guessing, "read_or_fail", lambda content, kind: Guess("12345,6", 0.9))
    shown = Field("shown", Kind.NUMBER, Both("Stand", "Reading"), is_required=True, is_private=True)
    meter = Field("photo", Kind.PHOTO, Both("Foto", "Photo"), is_private=True, reads=Reads.METER, reads_into="shown")
    with writing():
        keeping.change_request(
            wish, NAMING, Form((Step("one", Both("E", "O"), (meter, shown)),)), started_from=1, by=cast.jana
        )
    begun.browser.post(f"/ask/{begun.secret}/newer-form")
    assert begun.fill("one", photo=photo()).status_code == 422
    assert "The photo is being read" in begun.open("one")
    work()
    offered = begun.browser.get(f"/ask/{begun.secret}/reading/shown", headers={"X-Fragment": "1"}).text
    assert "12345,6" in offered
    assert "shown" not in private_of(draft_at(begun.secret)).answers
    begun.fill("one", press="take", value="shown")
    assert private_of(draft_at(begun.secret)).answers["shown"] == "12345.6"
    assert begun.browser.get(f"/ask/{begun.secret}/reading/shown").status_code == 204
    assert 'value="12345.6"' in begun.open("one")
    begun.fill("one", shown="777")
    assert private_of(draft_at(begun.secret)).answers["shown"] == "777"


def test_a_categorys_threads_are_narrowed_by_request_and_public_answer(begun, wish, stranger, make):
    make.thread(title="Something else that was asked")
    begun.all()
    _post(begun)
    page = stranger.get(f"/categories/internet?request={wish.slug}").text
    assert "I report a meter reading: Power" in page
    assert "Something else that was asked" not in page
    assert "Which meter?: Power (1)" in page
    assert "Customer number" not in page
    assert f"request={wish.slug}&amp;show=solved" in page
    chosen = stranger.get(f"/categories/internet?request={wish.slug}&answer-kind=power").text
    assert "I report a meter reading: Power" in chosen
    other = stranger.get(f"/categories/internet?request={wish.slug}&answer-kind=gas").text
    assert "I report a meter reading: Power" not in other
    assert "Something else that was asked" in stranger.get("/categories/internet?request=nothing").text


def test_a_public_file_whose_name_is_personal_is_called_by_its_kind(app):
    def name_of(name: str) -> str:
        return uploads.named_in_public(Inspected("file", "application/pdf", name, b"%PDF-")).name

    assert name_of("IBAN_DE89370400440532013000.pdf") == "file.pdf"
    assert name_of("anna.beispiel@web.de.pdf") == "file.pdf"
    assert name_of("rechnung_2026-11.pdf") == "rechnung_2026-11.pdf"
