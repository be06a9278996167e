"""What cannot be posted is said beside the field, with what was typed still in it."""

from __future__ import annotations

import pytest

from .conftest import BODY, TITLE, draft_at

BLANK = ["", "   ", "\t\n", "\u200b\u2060", "\u202e\u202d", "\x00\x07", "\u3164"]


@pytest.mark.parametrize("title", BLANK)
def test_a_title_that_nobody_can_see_is_no_title(stranger, asker_in, title):
    secret = asker_in(stranger).begin()
    answer = asker_in(stranger).describe(secret, title=title)
    assert answer.status_code == 422
    assert "Write a title" in answer.text
    assert BODY in answer.text


@pytest.mark.parametrize("title", ["🔥🔥🔥🔥🔥🔥🔥🔥🔥", "12345678901", "!!!???!!!???"])
def test_a_title_needs_letters(stranger, asker_in, title):
    secret = asker_in(stranger).begin()
    answer = asker_in(stranger).describe(secret, title=title)
    assert answer.status_code == 422
    assert "a title needs letters" in answer.text
    assert title in answer.text


@pytest.mark.parametrize("body", BLANK)
def test_a_text_that_nobody_can_see_is_no_text(stranger, asker_in, body):
    secret = asker_in(stranger).begin()
    answer = asker_in(stranger).describe(secret, body=body)
    assert answer.status_code == 422
    assert "There is nothing to read yet" in answer.text


def test_what_is_too_long_is_refused_and_shown_again(stranger, asker_in):
    secret = asker_in(stranger).begin()
    long = "word " * 6_500
    answer = asker_in(stranger).describe(secret, body=long)
    assert answer.status_code == 422
    assert "too long" in answer.text
    assert long.strip() in answer.text
    assert draft_at(secret).body == ""


def test_a_text_of_too_many_bytes_is_refused(stranger, asker_in):
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret, body="🔥" * 17_000).status_code == 422


def test_a_title_that_is_too_long_is_refused_at_each_step(stranger, asker_in):
    assert stranger.post("/ask", data={"category": "internet", "title": "x" * 201}).status_code == 422
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret, title="long title " * 30).status_code == 422


def test_an_unfinished_text_is_kept_although_it_cannot_go_on(stranger, asker_in):
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret, title="", body=BODY).status_code == 422
    assert draft_at(secret).body == BODY


def test_direction_overrides_and_controls_are_taken_out(stranger, asker_in):
    secret = asker_in(stranger).ready(
        title="My \u202egpj.exe\u202c line\x07 is dead", body="It \u202eis\x00 so since yesterday evening."
    )
    draft = draft_at(secret)
    assert draft.title == "My gpj.exe line is dead"
    assert draft.body == "It is so since yesterday evening."


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "x"},
        {"version": "9" * 40},
        {"window": "\x00" * 500},
        {"shown": ["-1", "x", "9" * 30]},
        {"language": "tlh"},
        {"tag": ["a" * 500] * 90},
        {"tags": "\x00, <b>, \u202e, " + "z" * 300},
    ],
)
def test_odd_fields_do_no_harm(stranger, asker_in, fields):
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret, **fields).status_code == 303


@pytest.mark.parametrize("case", ["", "x", "-1", "0", "9" * 30, "4711"])
def test_a_case_that_is_none_solves_nothing(stranger, asker_in, case):
    secret = asker_in(stranger).ready()
    assert stranger.post(f"/ask/{secret}/solved", data={"case": case}).status_code == 404
    assert draft_at(secret).title == TITLE


def test_autosaving_what_is_too_long_says_so_in_a_fragment(stranger, asker_in):
    secret = asker_in(stranger).begin()
    answer = asker_in(stranger).autosave(secret, body="x" * 32_001)
    assert answer.status_code == 422
    assert answer.headers["X-Fragment"] == "1"
    assert "too long" in answer.text


def test_saving_too_often_is_refused_with_the_waiting_time(stranger, asker_in):
    secret = asker_in(stranger).begin()
    answers = [asker_in(stranger).autosave(secret, body=f"text {n}").status_code for n in range(61)]
    assert answers.count(200) == 60
    assert answers[-1] == 429
