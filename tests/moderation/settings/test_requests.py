"""Requests in the settings: built in a draft that keeps everything, put into use as a version, put in order, archived."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.extensions import db, writing
from community.intake.requests import keeping
from community.intake.requests.definition import Kind, problems
from community.intake.requests.keeping import Naming
from community.intake.requests.models import Request
from moderation.models import AuditEntry
from moderation.settings.requests.models import FormDraft
from tests.making import Cast, Make
from tests.moderation.settings.requests_scene import FORM, LIST, NAMING, a_request, form_of, fresh, text
from tests.sending import forms, parse, send, text_of
from tests.test_architecture import faults_of


@pytest.fixture
def janas(make: Make, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    make.category("internet")
    return browser_of(cast.jana)  # type: ignore[no-any-return]


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def draft_at(address: str) -> FormDraft:
    """The draft whose editor this is."""
    db.session.rollback()
    return db.session.get_one(
        FormDraft, int(address.rpartition("#")[0].rpartition("/")[2] or address.rpartition("/")[2])
    )


def begun(janas: FlaskClient, make: Make, **other: str) -> str:
    """The editor of a new request."""
    answer = send(janas, f"{LIST}/drafts/new", f"{LIST}/drafts/new", **NAMING | other, category=str(make.category().id))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def with_field(janas: FlaskClient, editor: str, kind: str = "text", step: str = "step_1", **typed: str) -> str:
    """The key under which a new field of this kind is kept after it was typed so."""
    answer = janas.post(f"{editor}/fields", data={"step": step, "kind": kind})
    assert answer.status_code == 303
    page = answer.headers["Location"]
    answer = send(janas, page, page, **typed)
    assert answer.status_code == 303, text_of(parse(answer))
    return str(answer.headers["Location"].partition("#field-")[2])


def test_a_request_is_built_bit_by_bit_and_put_into_use(janas: FlaskClient, make: Make, cast: Cast) -> None:
    editor = begun(janas, make)
    device = with_field(
        janas, editor, "choice", label_de="Welches Gerät?", label_en="Which device?", is_required="1",
        option_0_de="KoogBox", option_0_en="KoogBox", option_1_de="Ein anderes", option_1_en="Another one",
    )  # fmt: skip
    assert device == "which_device"
    assert janas.post(f"{editor}/steps", data={"title_de": "Zähler", "title_en": "Meter"}).status_code == 303
    model = with_field(janas, editor, "text", "step_2", label_de="Modell", label_en="Model", shown_if=device)
    page = f"{editor}/fields/{model}"
    assert send(janas, page, page, **{f"values-{device}": "another_one"}).status_code == 303
    photo = with_field(
        janas, editor, "photo", "step_2", label_de="Foto", label_en="Photo", is_private="1", keep_days="30",
    )  # fmt: skip
    form = draft_at(editor).form()
    assert [each.key for each in form.fields] == [device, model, photo]
    assert [option.key for option in form.fields[0].options] == ["koogbox", "another_one"]
    assert form.fields[1].shown_if is not None
    assert (form.fields[1].shown_if.on, form.fields[1].shown_if.values) == (device, ("another_one",))
    assert (form.fields[2].is_private, form.fields[2].keep_days) == (True, 30)
    assert problems(form) == []
    assert acts() == []  # nobody has met it yet
    answer = send(janas, editor, f"{editor}/use")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/my-line-is-down")
    request = db.session.scalars(select(Request)).one()
    assert (request.name_de, request.version) == ("Leitung tot", 1)
    assert keeping.latest_version(request).form() == form
    assert acts() == ["request.added"]
    assert janas.get(editor).status_code == 404


def test_every_page_is_valid_and_shows_what_is_typed_as_text(janas: FlaskClient, make: Make, cast: Cast) -> None:
    editor = begun(janas, make, name_en="<b>{{ 7 * 7 }}</b>")
    keys = [
        with_field(janas, editor, kind, label_de="<script>x</script>", label_en="{{ 7 * 7 }} %(x)s {% raw %}")
        for kind in Kind
    ]
    a_request(make, cast.jana)
    pages = [
        *(LIST, f"{LIST}/my-line-is-down", f"{LIST}/drafts/new", editor, f"{editor}/name", f"{editor}/preview"),
        *(f"{editor}/fields/{key}" for key in keys),
    ]
    for page in pages:
        answer = janas.get(page)
        assert answer.status_code == 200
        source = answer.get_data(as_text=True)
        assert faults_of(source) == [], page
        assert "<script>x" not in source
        assert "49" not in text_of(parse(answer).find(".//main"))


def test_what_is_missing_is_said_at_the_top_and_beside_it(janas: FlaskClient, make: Make) -> None:
    editor = begun(janas, make)
    key = with_field(janas, editor, "choice", label_de="Gerät?", option_0_de="KoogBox")
    answer = send(janas, editor, f"{editor}/use")
    assert answer.status_code == 422
    page = parse(answer)
    top, beside = page.find(".//section[@id='problems']"), page.find(f".//li[@id='field-{key}']")
    for place in (top, beside):
        assert "The question is missing in German or in English." in text_of(place)
        assert "Give between 2 and 40 answers to choose from." in text_of(place)
    assert top.find(f".//a[@href='#field-{key}']") is not None
    assert acts() == []


UNUSABLE: list[tuple[dict[str, str], str]] = [
    ({"pattern": "a"}, "Say in both languages what is wrong"),
    ({"pattern": r"(a)\1", "pattern_says_de": "So.", "pattern_says_en": "So."}, "Write a simpler one."),
    ({"pattern": "x" * 201, "pattern_says_de": "So.", "pattern_says_en": "So."}, "Write a simpler one."),
    ({"label_en": "x" * 200}, "is too long"),
    ({"shown_if": "other"}, "does not come before it"),
    ({"shown_if": "what"}, "depends on its own answer"),
    ({"kind": "number", "least": "NaN", "most": "1"}, "must be numbers"),
]


def test_what_cannot_be_used_is_kept_and_explained(janas: FlaskClient, make: Make) -> None:
    editor = begun(janas, make)
    page = f"{editor}/fields/{with_field(janas, editor, label_de='Was?', label_en='What?')}"
    for typed, sentence in UNUSABLE:
        if "kind" in typed:
            send(janas, page, page, kind=typed["kind"], then="kind")
        assert send(janas, page, page, **typed).status_code == 303
        answer = janas.get(page)
        assert sentence in text_of(parse(answer))
        assert typed.items() <= forms(answer)[page].items()


def test_days_that_are_no_number_are_refused_with_all_that_was_typed(janas: FlaskClient, make: Make) -> None:
    editor = begun(janas, make)
    key = with_field(janas, editor, label_de="Was?", label_en="What?")
    page = f"{editor}/fields/{key}"
    for days in ("soon", "0", "²", "9" * 5000):
        answer = send(janas, page, page, is_private="1", keep_days=days, label_en="What is it?")
        assert answer.status_code == 422
        assert "between 1 and 3650" in text_of(parse(answer).find(".//p[@id='keep_days-error']"))
        kept = forms(answer)[page]
        assert (kept["label_en"], kept["keep_days"]) == ("What is it?", days)
    assert draft_at(editor).form().fields[0].is_private is False


def test_an_answer_is_tried_and_nothing_is_stored(janas: FlaskClient, make: Make) -> None:
    editor = begun(janas, make)
    page = f"{editor}/fields/{with_field(janas, editor, label_de='Nummer?', label_en='Number?')}"
    typed = {"pattern": "NL-[0-9]{8}", "pattern_says_de": "Mit NL-.", "pattern_says_en": "Begins with NL-."}
    sent = forms(janas.get(page))[page] | typed
    said = {
        tried: text_of(parse(janas.post(f"{page}/try", data=sent | {"try": tried})).find(".//div[@role='status']"))
        for tried in ("NL-12345678", "12345678", "")
    }
    assert "taken, as “NL-12345678”" in said["NL-12345678"]
    assert "refused: Begins with NL-." in said["12345678"]
    assert "Write an answer to try." in said[""]
    slow = janas.post(f"{page}/try", data=sent | {"pattern": "(a+)+$", "try": "a" * 299 + "!"})
    assert "refused" in text_of(parse(slow).find(".//div[@role='status']"))
    assert draft_at(editor).form().fields[0].pattern == ""


def test_another_kind_drops_what_does_not_suit_it_and_old_answers_keep_their_key(
    janas: FlaskClient, make: Make, cast: Cast
) -> None:
    a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    page = f"{editor}/fields/since"
    assert send(janas, page, page, kind="text", then="kind").headers["Location"] == f"{page}#kind"
    answer = send(janas, f"{editor}/fields/device", f"{editor}/fields/device", kind="number", then="kind")
    assert answer.headers["Location"] == f"{editor}/fields/device_2#kind"
    assert "counts as a new question" in text_of(parse(janas.get(answer.headers["Location"])))
    form = draft_at(editor).form()
    assert [(each.key, each.kind) for each in form.fields] == [
        ("device_2", Kind.NUMBER), ("model", Kind.TEXT), ("since", Kind.TEXT),
    ]  # fmt: skip
    assert form.fields[0].options == ()
    assert form.fields[1].shown_if is not None
    assert form.fields[1].shown_if.on == "device_2"


def test_fields_and_steps_move_over_borders_and_an_act_can_be_undone(
    janas: FlaskClient, make: Make, cast: Cast
) -> None:
    a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    janas.post(f"{editor}/steps", data={"title_de": "Mehr", "title_en": "More"})

    def keys() -> list[list[str]]:
        return [[each.key for each in step.fields] for step in draft_at(editor).form().steps]

    assert janas.post(f"{editor}/fields/since/move", data={"to": "down"}).headers["Location"] == f"{editor}#field-since"
    assert keys() == [["device", "model"], ["since"]]
    janas.post(f"{editor}/fields/since/move", data={"to": "down"})
    assert keys() == [["device", "model"], ["since"]]
    janas.post(f"{editor}/fields/model/move", data={"to": "up"})
    assert keys() == [["model", "device"], ["since"]]
    assert "does not come before it" in janas.get(editor).get_data(as_text=True)
    assert send(janas, editor, f"{editor}/undo").status_code == 303
    assert keys() == [["device", "model"], ["since"]]
    assert janas.post(f"{editor}/undo").status_code == 409
    janas.post(f"{editor}/fields/model/duplicate")
    assert keys() == [["device", "model", "field_1"], ["since"]]
    janas.post(f"{editor}/steps/step_2/move", data={"to": "up"})
    assert keys() == [["since"], ["device", "model", "field_1"]]
    page = f"{editor}/fields/model"
    send(janas, page, page, step="step_2")
    assert keys() == [["since", "model"], ["device", "field_1"]]


def test_what_others_depend_on_goes_only_deliberately(janas: FlaskClient, make: Make, cast: Cast) -> None:
    a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    answer = janas.post(f"{editor}/fields/device/remove")
    assert answer.status_code == 409
    assert faults_of(answer.get_data(as_text=True)) == []
    assert parse(answer).find(f".//a[@href='{editor}/fields/model']") is not None
    assert draft_at(editor).form().field_of("device") is not None
    sent = forms(answer)[f"{editor}/fields/device/remove"]
    assert janas.post(f"{editor}/fields/device/remove", data=sent).status_code == 303
    form = draft_at(editor).form()
    assert [each.key for each in form.fields] == ["model", "since"]
    assert form.fields[0].shown_if is None
    assert janas.post(f"{editor}/fields/device/remove").status_code == 409  # gone


def test_there_is_an_end_to_fields_steps_and_new_drafts(janas: FlaskClient, make: Make, cast: Cast) -> None:
    a_request(make, cast.jana, form_of(*(text(f"question_{n}") for n in range(40))))
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    for answer in (
        janas.post(f"{editor}/fields", data={"step": "step_1", "kind": "text"}),
        janas.post(f"{editor}/fields/question_1/duplicate"),
    ):
        assert answer.status_code == 422
        assert "at most 40 fields" in text_of(parse(answer))
    answers = [janas.post(f"{editor}/steps", data={"title_de": "A", "title_en": "A"}) for _more in range(8)]
    assert [answer.status_code for answer in answers] == [303] * 7 + [422]
    assert len(draft_at(editor).form().steps) == 8


def test_who_was_slower_sees_what_differs_and_decides(janas: FlaskClient, make: Make, cast: Cast) -> None:
    request = a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    page = f"{editor}/fields/model"
    send(janas, page, page, label_en="Which model?")
    with writing():
        keeping.change_request(request, Naming(**NAMING), form_of(*FORM.fields[:2]), started_from=1, by=cast.dora)
    answer = send(janas, editor, f"{editor}/use")
    assert answer.status_code == 409
    assert faults_of(answer.get_data(as_text=True)) == []
    theirs, mine = (text_of(part) for part in parse(answer).iter("section") if part.get("class") == "figures-part")
    assert ("Since removed" in theirs, "Which model? changed" in mine) == (True, True)
    assert "Dora has changed this request" in text_of(parse(answer))
    assert fresh(request).version == 2
    over = forms(answer)[f"{editor}/use"]
    assert over["over"] == "2"
    assert janas.post(f"{editor}/use", data=over).status_code == 303
    assert fresh(request).version == 3
    assert len(keeping.latest_version(request).form().fields) == 3
    assert acts() == ["request.added", "request.changed", "request.changed"]


def test_the_other_way_is_to_go_on_from_theirs(janas: FlaskClient, make: Make, cast: Cast) -> None:
    request = a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    with writing():
        keeping.change_request(request, Naming(**NAMING | {"name_en": "Line down"}), FORM, started_from=1, by=cast.dora)
    answer = send(janas, editor, f"{editor}/use")  # another name is as good as another form
    assert (answer.status_code, "it is now called: Line down" in text_of(parse(answer))) == (409, True)
    assert janas.post(f"{editor}/newer").status_code == 303
    assert draft_at(editor).naming["name_en"] == "Line down"
    answer = send(janas, editor, f"{editor}/use")
    assert "Nothing differs" in text_of(parse(janas.get(answer.headers["Location"])))
    assert fresh(request).version == 1


def test_a_form_sent_twice_is_put_into_use_once(janas: FlaskClient, make: Make) -> None:
    editor = begun(janas, make)
    with_field(janas, editor, label_de="Was?", label_en="What?")
    sent = forms(janas.get(editor))[f"{editor}/use"]
    answers = [janas.post(f"{editor}/use", data=sent) for _time in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{LIST}/my-line-is-down"}
    assert acts() == ["request.added"]


def test_a_draft_is_its_builders_alone(janas: FlaskClient, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    a_request(make, cast.jana)
    doras = browser_of(cast.dora)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    assert janas.post(f"{LIST}/my-line-is-down").headers["Location"] == editor
    assert doras.get(editor).status_code == 404
    assert doras.post(f"{editor}/use").status_code == 404
    assert "Jana is changing this form, too." in text_of(parse(doras.get(f"{LIST}/my-line-is-down")))
    assert send(janas, editor, f"{editor}/throw-away").status_code == 303
    assert janas.get(editor).status_code == 404


def test_the_menu_is_put_in_order_and_archived(janas: FlaskClient, make: Make, cast: Cast) -> None:
    first, second, third = (a_request(make, cast.jana, name_en=name).slug for name in ("One", "Two", "Three"))
    ids = {request.slug: request.id for request in db.session.scalars(select(Request))}
    assert janas.post(f"{LIST}/{second}/swap", data={"with": ids[first]}).status_code == 303
    assert janas.post(f"{LIST}/{second}/swap", data={"with": ids[third]}).status_code == 409
    page = text_of(parse(janas.get(LIST)).find(".//main"))
    assert page.index("Two") < page.index("One") < page.index("Three")
    assert "3 fields" in page
    assert send(janas, f"{LIST}/{second}", f"{LIST}/{second}/archive").status_code == 303
    assert janas.post(f"{LIST}/{second}/archive").status_code == 409
    assert send(janas, f"{LIST}/{second}", f"{LIST}/{second}/unarchive").status_code == 303
    assert acts()[3:] == ["request.reordered", "request.archived", "request.unarchived"]


def test_naming_complains_at_its_fields_and_keeps_what_was_typed(janas: FlaskClient, make: Make) -> None:
    page = f"{LIST}/drafts/new"
    answer = send(janas, page, page, **NAMING | {"name_de": " "}, category=str(make.category().id))
    assert answer.status_code == 422
    assert "in this language" in text_of(parse(answer).find(".//p[@id='name_de-error']"))
    assert forms(answer)[page]["name_en"] == NAMING["name_en"]
    editor = begun(janas, make)
    assert send(janas, f"{editor}/name", f"{editor}/name", name_en="x" * 81).status_code == 422
    assert send(janas, f"{editor}/name", f"{editor}/name", name_en="Down again").status_code == 303
    assert "Down again" in janas.get(editor).get_data(as_text=True)


POSTS = ["", "/use", "/undo", "/throw-away", "/newer", "/steps", "/steps/step_1", "/steps/step_1/move", "/fields"]


def test_customers_strangers_and_staff_without_the_right_are_refused(
    janas: FlaskClient, make: Make, cast: Cast, stranger: FlaskClient, browser_of: Any
) -> None:
    a_request(make, cast.jana)
    editor = janas.post(f"{LIST}/my-line-is-down").headers["Location"]
    refused = {browser_of(cast.alice): 403, browser_of(cast.carol): 403, stranger: 303}
    for browser, status in refused.items():
        for page in (LIST, f"{LIST}/my-line-is-down", f"{LIST}/drafts/new", editor, f"{editor}/fields/device"):
            assert browser.get(page).status_code == status
        for act in POSTS[1:]:
            assert browser.post(editor + act).status_code == status
    assert [janas.get(editor + act).status_code for act in POSTS[1:5]] == [405] * 4
