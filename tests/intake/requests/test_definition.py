"""A form is a value that survives being written down, and says all that keeps it from being used."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Flask
from hypothesis import given, settings

from community.intake.requests.definition import (
    Both,
    Condition,
    Field,
    Form,
    Kind,
    Option,
    Reads,
    Step,
    compiled,
    problems,
)
from tests.intake.requests.forms import ANY_FORM, OPTIONS, usable

BOTH = Both("Ja", "Yes")
NAME = Field("name", Kind.TEXT, BOTH)


def form_of(*fields: Field) -> Form:
    return Form((Step("s", BOTH, fields),))


@settings(max_examples=50, deadline=None)
@given(ANY_FORM)
def test_what_was_written_is_read_again(form: Form) -> None:
    assert Form.from_json(json.loads(json.dumps(form.as_json()))) == form


@settings(max_examples=50, deadline=None)
@given(usable())
def test_a_form_without_faults_has_no_problems(form: Form) -> None:
    assert problems(form) == []


@settings(max_examples=50, deadline=None)
@given(ANY_FORM)
def test_whatever_a_form_is_its_problems_can_be_said(form: Form) -> None:
    keys = {field.key for field in form.fields}
    for problem in problems(form):
        assert problem.sentence
        assert problem.field in keys | {""}


def test_a_form_that_was_written_by_an_older_program_is_read(app: Flask) -> None:
    least = {"key": "a", "kind": "text", "label": {"de": "A", "en": "A"}}
    form = Form.from_json({"steps": [{"key": "s", "title": {"de": "S", "en": "S"}, "fields": [least]}]})
    assert problems(form) == []


WRONG = {
    "Each field needs a name of its own": [NAME, NAME],
    "missing in German or in English": [replace(NAME, label=Both("Name"))],
    "is too long": [replace(NAME, label=Both("x" * 121, "x"))],
    "explanation is missing": [replace(NAME, help=Both("Hilfe"))],
    "between 2 and 40 answers": [replace(NAME, kind=Kind.CHOICE, options=OPTIONS[:1])],
    "Each answer needs a name": [replace(NAME, kind=Kind.CHOICE, options=(OPTIONS[0], OPTIONS[0]))],
    "needed in German and in English": [replace(NAME, kind=Kind.SEVERAL, options=(*OPTIONS, Option("x", Both("X"))))],
    "must be numbers": [replace(NAME, kind=Kind.NUMBER, least="NaN", most="1")],
    "larger than the largest": [replace(NAME, kind=Kind.NUMBER, least="2", most="1")],
    "Only a text in one line": [replace(NAME, kind=Kind.DATE, pattern="a", pattern_says=BOTH)],
    "cannot be read": [replace(NAME, pattern="(", pattern_says=BOTH)],
    "Say in both languages": [replace(NAME, pattern="a")],
    "fits an empty answer": [replace(NAME, pattern="a*", pattern_says=BOTH, is_required=True)],
    "between 1 and 3650 days": [replace(NAME, is_private=True, keep_days=0)],
    "Only a private answer": [replace(NAME, known_as="phone")],
    "its own answer": [replace(NAME, shown_if=Condition("name"))],
    "does not come before it": [replace(NAME, shown_if=Condition("b")), replace(NAME, key="b")],
    "cannot be given": [NAME, replace(NAME, key="b", shown_if=Condition("name", ("yes",)))],
    "would tell what was answered": [
        replace(NAME, is_private=True), replace(NAME, key="b", shown_if=Condition("name"))
    ],
    "Only a private photo": [replace(NAME, reads=Reads.METER, reads_into="name")],
    "Choose the private text": [replace(NAME, kind=Kind.PHOTO, is_private=True, reads=Reads.METER)],
    "too long: at most": [replace(NAME, key=f"k{n}") for n in range(41)],
    "asks nothing yet": [],
}  # fmt: skip


def test_each_fault_is_said(app: Flask) -> None:
    for sentence, fields in WRONG.items():
        found = [str(problem.sentence) for problem in problems(form_of(*fields))]
        assert any(sentence in said for said in found), (sentence, found)


def test_no_pattern_costs_much() -> None:
    for pattern in ("(a+)+$", "(a|aa)+$", "(.*a){20}", "((a{1,30}){1,30}){1,1}"):
        found = compiled(pattern)
        assert found is None or not found.fullmatch("a" * 300 + "!")
    for pattern in (r"(a)\1", "(?=a)b", "a{1,99999}", "(((a{1,100}){1,100}){1,100})"):
        assert compiled(pattern) is None
