"""Filling a form: which fields are asked, whether an answer fits, what is still missing. Pure; knows no database.

Answers are a dict: key of the field -> what was answered (a text, a list of option keys, the id of an attachment). A field is
asked if its condition holds on the fields asked before it; a field that is not asked is not missing, and its answer counts for
nothing, but is not thrown away while one fills: whoever changes their mind finds it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from flask_babel import lazy_gettext as _l

from .definition import UPLOADS, Field, Form, Kind, Step, compiled

TEXT_MAX, LONG_TEXT_MAX = 300, 4_000

Answer = str | list[str] | int
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Judged:
    """What is stored (None: nothing was answered), or why it cannot be."""

    answer: Answer | None = None
    problem: Any = None


def asked(form: Form, answers: Answers) -> list[Field]:
    """The fields that are asked of whoever answers so, in order."""
    found: list[Field] = []
    keys: set[str] = set()
    for each in form.fields:
        condition = each.shown_if
        if condition is None or (condition.on in keys and _holds(answers.get(condition.on), condition.values)):
            found.append(each)
            keys.add(each.key)
    return found


def _holds(answer: Answer | None, values: Sequence[str]) -> bool:
    if answer is None or answer in ("", []):
        return False
    given = answer if isinstance(answer, list) else [answer]
    return not values or any(each in values for each in given)


def asked_in(form: Form, step: Step, answers: Answers) -> list[Field]:
    """The fields of this step that are asked."""
    return [each for each in asked(form, answers) if each in step.fields]


def steps_asked(form: Form, answers: Answers) -> list[Step]:
    """The steps in which anything is asked."""
    keys = {each.key for each in asked(form, answers)}
    return [step for step in form.steps if any(each.key in keys for each in step.fields)]


def counted(form: Form, answers: Answers) -> dict[str, Answer]:
    """The answers that count: those to fields that are asked."""
    return {each.key: answers[each.key] for each in asked(form, answers) if answers.get(each.key) not in (None, "", [])}


def judge(each: Field, given: Sequence[str], language: str = "en") -> Judged:
    """What was typed or chosen for a field that takes no upload, made uniform: or what is wrong with it.

    An empty answer is no problem here (`missing` says what is required). Numbers are read as 'de' or 'en' writes them.
    """
    texts = [text.strip() for text in given if text.strip()]
    if not texts:
        return Judged()
    match each.kind:
        case Kind.CHOICE:
            return _choice(each, texts)
        case Kind.SEVERAL:
            known = [option.key for option in each.options if option.key in texts]
            return (
                Judged(known) if len(known) == len(set(texts)) else Judged(problem=_l("Choose from the answers shown."))
            )
        case Kind.NUMBER:
            return _number(each, texts[0], language)
        case Kind.DATE:
            return _date(texts[0])
    return _text(each, texts[0])


def _choice(each: Field, texts: Sequence[str]) -> Judged:
    if each.option_of(texts[0]) is None:
        return Judged(problem=_l("Choose from the answers shown."))
    return Judged(texts[0])


def _text(each: Field, text: str) -> Judged:
    most = LONG_TEXT_MAX if each.kind is Kind.LONG_TEXT else TEXT_MAX
    if len(text) > most:
        return Judged(text[: most * 2], _l("This is too long. At most %(count)s characters fit.", count=most))
    if each.pattern and (pattern := compiled(each.pattern)) is not None and not pattern.fullmatch(text):
        return Judged(text, each.pattern_says)
    return Judged(text)


def _number(each: Field, text: str, language: str) -> Judged:
    number = _read_number(text, language)
    if number is None:
        return Judged(text[:TEXT_MAX], _l("This is no number."))
    if each.least and number < Decimal(each.least):
        return Judged(text, _l("The smallest number that fits is %(number)s.", number=each.least))
    if each.most and number > Decimal(each.most):
        return Judged(text, _l("The largest number that fits is %(number)s.", number=each.most))
    return Judged(format(number.normalize(), "f"))


def _read_number(text: str, language: str) -> Decimal | None:
    if len(text) > 40:
        return None
    try:
        found = parse_decimal(text.replace(" ", ""), locale=language, strict=True)
    except NumberFormatError:
        try:
            found = Decimal(text.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            return None
    return found if found.is_finite() and _is_short(found) else None


def _is_short(number: Decimal) -> bool:
    """Written out, 1e999999 would be a million digits long."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -20 <= exponent <= 20


def _date(text: str) -> Judged:
    day, month, year = _parts(text)
    with suppress(ValueError):
        return Judged(date(year, month, day).isoformat())
    return Judged(text[:TEXT_MAX], _l("This is no date. Write it as 2026-11-30 or 30.11.2026."))


def _parts(text: str) -> tuple[int, int, int]:
    """Day, month and year of 2026-11-30 or 30.11.2026; zeros for anything else."""
    parts = text.split("-") if "-" in text else text.split(".")[::-1]
    if len(parts) != 3 or not all(part.strip().isdecimal() and len(part.strip()) <= 4 for part in parts):
        return 0, 0, 0
    year, month, day = (int(part) for part in parts)
    return day, month, year


def missing(form: Form, answers: Answers, *, step: Step | None = None) -> dict[str, Any]:
    """What is required, asked and not answered (in this step): by key, with the sentence that says so."""
    among = asked(form, answers) if step is None else asked_in(form, step, answers)
    return {
        each.key: _l("Add a file here.") if each.kind in UPLOADS else _l("This is needed.")
        for each in among
        if each.is_required and answers.get(each.key) in (None, "", [])
    }


def in_words(each: Field, answer: Answer, language: str) -> str:
    """An answer as people read it; a file has no words."""
    if isinstance(answer, list):
        return ", ".join(_label(each, key, language) for key in answer)
    if each.kind is Kind.CHOICE:
        return _label(each, str(answer), language)
    if each.kind is Kind.NUMBER:
        number = str(answer).replace(".", ",") if language == "de" else str(answer)
        return f"{number} {each.unit}".strip()
    if each.kind is Kind.DATE and language == "de":
        return ".".join(reversed(str(answer).split("-")))
    return str(answer)


def _label(each: Field, key: str, language: str) -> str:
    option = each.option_of(key)
    return option.label.in_language(language) if option else key
