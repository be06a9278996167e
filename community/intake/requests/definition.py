"""What a form is: steps with fields, each public or private, some shown only if an earlier answer says so.

A form is a value: it is read from and written to JSON, and `problems` says all that keeps it from being used. Nothing here knows
a database or a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2
from flask_babel import lazy_gettext as _l

MOST_STEPS, MOST_FIELDS, MOST_OPTIONS = 8, 40, 40
LABEL_MAX, HELP_MAX, PATTERN_MAX = 120, 300, 200
PATTERN_MEMORY = 1 << 20  # bytes that re2 may spend on one pattern
KEEP_DAYS, LONGEST_DAYS = 180, 3650
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """What is filled in."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    SEVERAL = "several"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"
    PHOTO = "photo"


class Reads(StrEnum):
    """What a photo is read for."""

    NOTHING = ""
    METER = "meter"
    SERIAL = "serial"
    INVOICE = "invoice"


WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.SEVERAL})
UPLOADS = frozenset({Kind.FILE, Kind.PHOTO})
#: Nothing can depend on these but on whether there is an answer.
WITHOUT_VALUES = UPLOADS | {Kind.LONG_TEXT}


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    de: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in 'de' or 'en'; where there is none, in the other."""
        return (self.de or self.en) if language == "de" else (self.en or self.de)

    def __bool__(self) -> bool:
        return bool(self.de or self.en)

    @property
    def is_whole(self) -> bool:
        """Is it there in both?"""
        return bool(self.de and self.en)


@dataclass(frozen=True)
class Option:
    """One of several answers; `key` is what is stored."""

    key: str
    label: Both


@dataclass(frozen=True)
class Condition:
    """Shown if the answer to the earlier field `on` is one of `values`; without values: if there is an answer at all."""

    on: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One question. `key` stays the same through all versions; `least` and `most` are decimal numbers, as text."""

    key: str
    kind: Kind
    label: Both
    help: Both = field(default_factory=Both)
    is_required: bool = False
    is_private: bool = False
    options: tuple[Option, ...] = ()
    unit: str = ""
    least: str = ""
    most: str = ""
    pattern: str = ""
    pattern_says: Both = field(default_factory=Both)
    shown_if: Condition | None = None
    #: A private answer is deleted so many days after its case is over.
    keep_days: int = KEEP_DAYS
    #: What it is in every form (a kind of private detail), so that it is offered when it was told before.
    known_as: str = ""
    #: What a private photo is read for; the reading is offered for the field `reads_into`.
    reads: Reads = Reads.NOTHING
    reads_into: str = ""

    def option_of(self, key: str) -> Option | None:
        """The option that is stored as `key`."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class Step:
    """One page of the form."""

    key: str
    title: Both
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Form:
    """All steps, in order."""

    steps: tuple[Step, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in order."""
        return tuple(each for step in self.steps for each in step.fields)

    def field_of(self, key: str) -> Field | None:
        """The field of this key."""
        return next((each for each in self.fields if each.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Form:
        """The form that was written by `as_json`. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(tuple(_step(each) for each in written["steps"]))


def _step(written: dict[str, Any]) -> Step:
    return Step(written["key"], Both(**written["title"]), tuple(_field(each) for each in written["fields"]))


def _field(written: dict[str, Any]) -> Field:
    read = dict(written)
    condition = read.get("shown_if")
    return Field(
        **read
        | {
            "kind": Kind(read["kind"]),
            "label": Both(**read["label"]),
            "help": Both(**read.get("help", {})),
            "pattern_says": Both(**read.get("pattern_says", {})),
            "options": tuple(Option(each["key"], Both(**each["label"])) for each in read.get("options", ())),
            "shown_if": Condition(condition["on"], tuple(condition["values"])) if condition else None,
            "reads": Reads(read.get("reads", "")),
        }
    )


# --- What keeps a form from being used


@dataclass(frozen=True)
class Problem:
    """What is wrong, where: a step, and perhaps one of its fields, by key. `sentence` says what to do."""

    sentence: Any
    step: str = ""
    field: str = ""


def problems(form: Form) -> list[Problem]:
    """Everything that keeps the form from being used, in the order of its fields; empty: it can be."""
    return [*_of_the_whole(form), *(found for step in form.steps for found in _of_step(form, step))]


def _of_the_whole(form: Form) -> Iterator[Problem]:
    if not form.fields:
        yield Problem(_l("This form asks nothing yet. Add a field."))
    if len(form.steps) > MOST_STEPS or len(form.fields) > MOST_FIELDS:
        yield Problem(
            _l(
                "This form is too long: at most %(steps)s steps and %(fields)s fields.",
                steps=MOST_STEPS,
                fields=MOST_FIELDS,
            )
        )
    keys = [each.key for each in form.fields]
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1 or not _KEY.fullmatch(key):
            yield Problem(_l("Each field needs a name of its own, of small letters and digits."), field=key)


def _of_step(form: Form, step: Step) -> Iterator[Problem]:
    if not step.title.is_whole:
        yield Problem(_l("This step needs a title in German and in English."), step.key)
    if not step.fields:
        yield Problem(_l("This step asks nothing. Add a field, or remove the step."), step.key)
    for each in step.fields:
        for sentence in [*_of_field(each), *_of_condition(form, each), *_of_reading(form, each)]:
            yield Problem(sentence, step.key, each.key)


def _of_field(each: Field) -> Iterator[Any]:
    if not each.label.is_whole:
        yield _l("The question is missing in German or in English.")
    if max(len(each.label.de), len(each.label.en)) > LABEL_MAX or max(len(each.help.de), len(each.help.en)) > HELP_MAX:
        yield _l("The question or its explanation is too long.")
    if each.help and not each.help.is_whole:
        yield _l("The explanation is missing in one language.")
    if each.kind in WITH_OPTIONS:
        yield from _of_options(each)
    if each.kind is Kind.NUMBER:
        yield from _of_bounds(each)
    if each.pattern:
        yield from _of_pattern(each)
    if each.is_private and not 1 <= each.keep_days <= LONGEST_DAYS:
        yield _l("A private answer is kept between 1 and %(days)s days.", days=LONGEST_DAYS)
    if each.known_as and not each.is_private:
        yield _l("Only a private answer can be offered again in the next form.")


def _of_options(each: Field) -> Iterator[Any]:
    keys = [option.key for option in each.options]
    if not 2 <= len(keys) <= MOST_OPTIONS:
        yield _l("Give between 2 and %(count)s answers to choose from.", count=MOST_OPTIONS)
    if len(set(keys)) < len(keys) or not all(_KEY.fullmatch(key) for key in keys):
        yield _l("Each answer needs a name of its own, of small letters and digits.")
    if not all(option.label.is_whole for option in each.options):
        yield _l("Each answer to choose from is needed in German and in English.")


def _of_bounds(each: Field) -> Iterator[Any]:
    try:
        least, most = (Decimal(bound) if bound else None for bound in (each.least, each.most))
    except InvalidOperation:
        least = most = Decimal("NaN")
    if not all(bound is None or bound.is_finite() for bound in (least, most)):
        yield _l("The smallest and the largest number must be numbers.")
    elif least is not None and most is not None and least > most:
        yield _l("The smallest number is larger than the largest.")


def _of_pattern(each: Field) -> Iterator[Any]:
    if each.kind is not Kind.TEXT:
        yield _l("Only a text in one line can have a pattern.")
    if not each.pattern_says.is_whole:
        yield _l("Say in both languages what is wrong with an answer that does not fit the pattern.")
    if len(each.pattern) > PATTERN_MAX or (pattern := compiled(each.pattern)) is None:
        yield _l("This pattern cannot be read, or would cost too much. Write a simpler one.")
    elif pattern.fullmatch("") and each.is_required:
        yield _l("This pattern fits an empty answer, and the field is required. Write one that needs something.")


@lru_cache(256)
def compiled(pattern: str) -> Any | None:
    """The pattern, matched in linear time whatever it is (https://github.com/google/re2); None if it cannot be read."""
    options = re2.Options()
    options.max_mem, options.log_errors = PATTERN_MEMORY, False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def _of_condition(form: Form, each: Field) -> Iterator[Any]:
    if each.shown_if is None:
        return
    earlier = {known.key: known for known in form.fields[: form.fields.index(each)]}
    on = earlier.get(each.shown_if.on)
    if each.shown_if.on == each.key:
        yield _l("This field depends on its own answer, so it would never be shown. Choose an earlier field.")
    elif on is None:
        yield _l("This field depends on one that does not come before it. Choose an earlier field.")
    elif not set(each.shown_if.values) <= possible_values(on):
        yield _l("This field depends on an answer that cannot be given. Choose again which.")
    elif on.is_private and not each.is_private:
        yield _l(
            "This public field would tell what was answered to a private one. Make it private, or let it stand always."
        )


def possible_values(on: Field) -> set[str]:
    """The answers on which another field can depend; empty: only on whether there is one."""
    return {option.key for option in on.options} if on.kind in WITH_OPTIONS else set()


def _of_reading(form: Form, each: Field) -> Iterator[Any]:
    if each.reads is Reads.NOTHING:
        return
    if each.kind is not Kind.PHOTO or not each.is_private:
        yield _l("Only a private photo is read.")
    into = form.field_of(each.reads_into)
    if into is None or into.kind not in (Kind.TEXT, Kind.NUMBER) or not into.is_private:
        yield _l("Choose the private text or number field for which the photo is read.")
