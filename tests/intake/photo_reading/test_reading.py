"""A number in a photo is read where it is clear; what is not clear, or costs too much, is no guess."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from bench.photographing import invoice, label, photographed, rollers, seven_segments
from community.attachments import keeping
from community.attachments.inspection import Inspected
from community.attachments.models import Attachment
from community.core import clock, doctor
from community.core.extensions import db, writing
from community.intake.models import Draft
from community.intake.photo_reading import guessing, reading
from community.intake.photo_reading.kinds import Guess, Reads
from community.intake.photo_reading.models import PhotoGuess, State
from tests.making import Cast
from tests.working import work

needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is missing: bin/test installs it")


@needs_tesseract
@pytest.mark.parametrize(
    ("draw", "kind"),
    [(seven_segments, "meter"), (rollers, "meter"), (label, "serial"), (invoice, "invoice")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_clear_photo_is_read(draw, kind) -> None:  # type: ignore[no-untyped-def]
    chance = np.random.default_rng(11)
    image, says = draw(chance)
    guess = reading.read(photographed(image, chance, 0.3), Reads(kind))
    assert guess is not None
    assert guess.text == says


@needs_tesseract
def test_a_dark_photo_is_no_guess() -> None:
    chance = np.random.default_rng(11)
    dark = Image.eval(rollers(chance)[0], lambda value: value // 30)
    assert reading.read_or_fail(photographed(dark, chance), Reads.METER) is None


@needs_tesseract
def test_a_reading_that_takes_too_long_is_ended_and_is_no_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(11)
    photo = photographed(rollers(chance)[0], chance, 0.3)
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.2)
    assert reading.read(photo, Reads.METER) is None
    assert reading.read(b"no photo at all", Reads.METER) is None


# --- From a photo to a guess


PHOTO = Inspected("photo", "image/jpeg", "meter.jpg", b"the points of a photo", 40, 30)


@pytest.fixture
def sent(cast: Cast) -> Attachment:
    with writing():
        return keeping.keep(PHOTO, by_id=cast.alice.id, is_private=True)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`says(guess)`: Tesseract is there, and this is what every photo says (or what goes wrong)."""

    def told(outcome: Guess | Exception | None) -> None:
        def read(content: bytes, kind: Reads) -> Guess | None:
            assert content == PHOTO.content
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(guessing, "is_available", lambda: True)
        monkeypatch.setattr(guessing, "read_or_fail", read)

    return told


def ask(attachment: Attachment) -> None:
    with writing():
        guessing.ask(attachment, Reads.METER)


def test_a_guess_is_sealed_is_no_answer_and_is_forgotten_when_it_was_looked_at(
    app: Flask, sent: Attachment, says
) -> None:  # type: ignore[no-untyped-def]
    says(Guess("048213", 0.93))
    ask(sent)
    assert guessing.state_of(sent) is State.WAITING
    assert guessing.guess_of(sent) is None
    work()
    db.session.expire_all()
    assert guessing.guess_of(sent) == Guess("048213", 0.93)
    row = db.session.scalars(select(PhotoGuess)).one()
    assert "048213" not in (row.sealed_guess or "")
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0  # nobody answered anything
    with writing():
        guessing.forget(sent)
    assert guessing.state_of(sent) is None


@pytest.mark.parametrize(("outcome", "state"), [(None, State.NOTHING), (reading.Failed(), State.FAILED)])
def test_what_could_not_be_read_is_said(app: Flask, sent: Attachment, says, outcome, state: State) -> None:  # type: ignore[no-untyped-def]
    says(outcome)
    ask(sent)
    work()
    db.session.expire_all()
    assert guessing.state_of(sent) is state
    assert guessing.guess_of(sent) is None


def test_what_was_forgotten_meanwhile_is_not_read(app: Flask, sent: Attachment, says) -> None:  # type: ignore[no-untyped-def]
    says(AssertionError("was read all the same"))
    ask(sent)
    with writing():
        guessing.forget(sent)
    work()
    assert guessing.state_of(sent) is None


def test_a_guess_is_forgotten_after_a_day_and_with_its_photo(app: Flask, sent: Attachment, says) -> None:  # type: ignore[no-untyped-def]
    says(Guess("048213", 0.93))
    ask(sent)
    work()
    with clock.frozen(clock.now() + guessing.KEPT_FOR):
        assert guessing.guess_of(sent) is None
    ask(sent)
    with writing():
        keeping.remove(sent)
    assert db.session.scalar(select(func.count()).select_from(PhotoGuess)) == 0
    work()


def test_without_tesseract_everything_else_works_and_the_doctor_says_so(
    app: Flask, sent: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ask(sent)
    assert guessing.state_of(sent) is None
    assert reading.read(PHOTO.content, Reads.METER) is None
    check = doctor.checks()["photo reading"]
    assert check.is_optional
    assert "tesseract-ocr-deu" in next(iter(check.problems()))
