"""Which fields are asked, whether an answer fits, and what is still missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from community.intake.requests import filling
from community.intake.requests.definition import Both, Condition, Field, Form, Kind, Step
from tests.intake.requests.forms import OPTIONS, answers_to, usable

BOTH = Both("Ja", "Yes")
FIELD = Field("a", Kind.TEXT, BOTH)
NUMBER = replace(FIELD, kind=Kind.NUMBER, unit="kWh", least="0", most="1000")
CHOICE = replace(FIELD, kind=Kind.CHOICE, options=OPTIONS)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_field_is_asked_because_of_one_that_is_not(data: st.DataObject) -> None:
    form = data.draw(usable())
    answers = data.draw(answers_to(form))
    asked = {field.key for field in filling.asked(form, answers)}
    for field in form.fields:
        if field.key in asked and field.shown_if:
            assert field.shown_if.on in asked
            assert answers.get(field.shown_if.on) not in (None, "", [])
        elif field.key not in asked:
            assert field.shown_if is not None
    assert [step.key for step in form.steps if filling.asked_in(form, step, answers)] == [
        step.key for step in filling.steps_asked(form, answers)
    ]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_only_answers_to_what_is_asked_count_and_only_that_is_missed(data: st.DataObject) -> None:
    form = data.draw(usable())
    answers = data.draw(answers_to(form))
    asked = {field.key: field for field in filling.asked(form, answers)}
    counted, missing = filling.counted(form, answers), filling.missing(form, answers)
    assert set(counted) <= set(asked)
    assert set(missing) == {key for key, field in asked.items() if field.is_required and key not in counted}
    by_step = [key for step in form.steps for key in filling.missing(form, answers, step=step)]
    assert by_step == list(missing)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(Kind), st.lists(st.text(max_size=60)), st.sampled_from(("de", "en")))
def test_whatever_is_typed_is_judged_and_what_is_taken_is_taken_again(
    kind: Kind, typed: list[str], language: str
) -> None:
    field = replace(FIELD, kind=kind, options=OPTIONS, least="-5", most="5", pattern="[a-z ]*", pattern_says=BOTH)
    judged = filling.judge(field, typed, language)
    if judged.problem is None and judged.answer is not None and kind not in (Kind.FILE, Kind.PHOTO):
        again = judged.answer if isinstance(judged.answer, list) else [str(judged.answer)]
        assert filling.judge(field, again, "en") == judged


def test_a_required_field_that_an_answer_hides_is_not_missed(app: Flask) -> None:
    hidden = replace(FIELD, key="b", is_required=True, shown_if=Condition("a", ("yes",)))
    form = Form((Step("s", BOTH, (CHOICE, hidden)),))
    assert list(filling.missing(form, {"a": "yes"})) == ["b"]
    assert filling.missing(form, {"a": "no"}) == {}
    assert filling.counted(form, {"a": "no", "b": "kept for those who change their mind"}) == {"a": "no"}


NUMBERS = [
    ("12,5", "de", "12.5"), ("12.5", "en", "12.5"), ("1.000", "de", "1000"), ("1,000", "en", "1000"), ("1000", "de", "1000"),
    (" 7 ", "en", "7"), ("0,50", "de", "0.5"), ("-1", "en", None), ("1001", "en", None), ("many", "en", None),
    ("NaN", "en", None), ("Infinity", "en", None), ("1e999999", "en", None), ("1e-999999", "en", None), ("9" * 60, "en", None),
]  # fmt: skip


def test_numbers_are_read_as_people_write_them(app: Flask) -> None:
    for typed, language, stored in NUMBERS:
        judged = filling.judge(NUMBER, [typed], language)
        if stored is None:
            assert judged.problem is not None, typed
        else:
            assert (judged.answer, judged.problem) == (stored, None), typed


def test_a_number_without_bounds_stays_short_too() -> None:
    for typed in ("1e999999", "1e-999999", "-1e300000"):
        assert len(str(filling.judge(replace(NUMBER, least="", most=""), [typed]).answer)) < 100
    assert Decimal(str(filling.judge(replace(NUMBER, least="", most=""), ["1e6"]).answer)) == 1_000_000


DATES = {
    "2026-11-30": "2026-11-30", "30.11.2026": "2026-11-30", "1.2.2026": "2026-02-01",
    "31.02.2026": None, "0000-00-00": None, "2026-13-01": None, "soon": None, "²-1-1": None, "--": None,
}  # fmt: skip


def test_dates_are_read_in_both_ways(app: Flask) -> None:
    for typed, stored in DATES.items():
        judged = filling.judge(replace(FIELD, kind=Kind.DATE), [typed])
        assert judged.answer == stored if stored else judged.problem is not None, typed


def test_only_what_is_offered_can_be_chosen(app: Flask) -> None:
    several = replace(CHOICE, kind=Kind.SEVERAL)
    assert filling.judge(several, ["no", "yes", "no"]).answer == ["yes", "no"]
    for field, typed in ((CHOICE, ["never"]), (several, ["yes", "never"])):
        assert filling.judge(field, typed).problem is not None


def test_answers_are_said_in_words() -> None:
    assert filling.in_words(CHOICE, "yes", "en") == "yes"
    assert filling.in_words(CHOICE, "gone", "en") == "gone"
    assert filling.in_words(NUMBER, "12.5", "de") == "12,5 kWh"
    assert filling.in_words(replace(FIELD, kind=Kind.DATE), "2026-11-30", "de") == "30.11.2026"
    assert filling.in_words(replace(CHOICE, kind=Kind.SEVERAL), ["yes", "no"], "en") == "yes, no"
