"""The story's requests: ten that a provider's customers make, with answers that some of its threads were asked with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.case_file.kinds import KNOWN
from community.core.extensions import db
from community.intake.requests.definition import Form, Kind, Reads, problems
from community.intake.requests.models import Answer, Request, ThreadForm
from community.intake.requests.queries import facts_of
from community.seed.planting import plant
from community.seed.reader import STORY, Story, StoryError, load_story
from community.threads.models import Thread
from moderation.models import AuditEntry


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


def test_ten_requests_of_one_to_three_steps_that_can_be_used(story: Story) -> None:
    assert len(story.requests) == 10
    for request in story.requests:
        assert problems(request.form) == [], request.key
        assert 1 <= len(request.form.steps) <= 3
        assert Form.from_json(request.form.as_json()) == request.form


def test_every_ability_of_a_form_is_shown(story: Story) -> None:
    fields = [field for request in story.requests for field in request.form.fields]
    assert {field.kind for field in fields} == set(Kind)
    assert {field.reads for field in fields} >= {Reads.METER, Reads.INVOICE}
    assert {field.known_as for field in fields} - {""} == set(KNOWN)
    assert sum(field.shown_if is not None for field in fields) >= 10
    assert any(field.unit for field in fields)


def test_who_somebody_is_is_never_asked_in_public(story: Story) -> None:
    personal = re.compile(r"number|address|phone|iban|photo|name\b|owner", re.IGNORECASE)
    for request in story.requests:
        for field in request.form.fields:
            words = f"{field.key} {field.label.en}"
            assert field.is_private or field.options or not personal.search(words), (request.key, words)


def test_the_customer_number_is_the_same_everywhere(story: Story) -> None:
    numbers = [
        field for request in story.requests for field in request.form.fields if field.known_as == "customer_number"
    ]
    assert len(numbers) >= 5
    assert len({(field.pattern, field.key, field.is_private) for field in numbers}) == 1


def test_planted_they_stand_in_their_menus_and_threads_have_facts(app: Flask, story: Story) -> None:
    plant(story)
    assert db.session.scalar(select(func.count(Request.id))) == 10
    assert db.session.scalar(select(func.count(ThreadForm.thread_id))) == sum(bool(t.asked) for t in story.threads)
    assert db.session.scalar(select(func.count(Answer.id))) > 20
    acts = select(func.count(AuditEntry.id)).where(AuditEntry.act == "request.added")
    assert db.session.scalar(acts) == 10
    title = story.thread("cable-light-blinking").title
    facts = facts_of(db.session.scalars(select(Thread).where(Thread.title == title)).one(), "en")
    assert facts is not None
    assert facts.request.name_en == "My line is down"
    assert ("What kind of line do you have?", "Cable") in [(fact.field.label.en, fact.words) for fact in facts.facts]


WRONG = [
    ("requests/internet.toml", 'kind = "number"', 'kind = "integer"', "'kind' is 'integer'"),
    ("requests/internet.toml", "required = true", "requierd = true", "unknown: requierd"),
    ("requests/internet.toml", 'on = "trouble"', 'on = "since"', "line-down: its form cannot be used, see speed"),
    ("requests/internet.toml", ', "It is too slow"]', "]", "three texts each"),
    ("requests/moving.toml", 'key = "cancel"', 'key = "move"', "'move' is there twice"),
    ("threads/internet.toml", 'request = "line-down"', 'request = "cancel"', "no request 'cancel' in this category"),
    ("threads/internet.toml", 'line = "cable"', 'line = "rope"', "'rope' does not fit 'line'"),
    ("threads/internet.toml", 'line = "cable", ', "", "line is not answered"),
    ("threads/internet.toml", 'lights = "blinking"', 'own_router = "Box"', "was not asked all this"),
    ("threads/internet.toml", 'lights = "blinking"', 'phone = "0"', "no public field"),
]  # fmt: skip


def test_requests_that_contradict_themselves_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(STORY, tmp_path / "story", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for file, old, new, message in WRONG:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(StoryError, match=re.escape(message)):
            load_story(folder)
        (folder / file).write_text(text, encoding="utf-8")
