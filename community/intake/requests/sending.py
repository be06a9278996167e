"""What a page of the form sent, read into answers: only of the questions that it showed, and nothing typed is thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from ...attachments.inspection import was_sent
from ...case_file.details import Known
from ...core.text import normalise, normalise_line
from . import filling
from .definition import UPLOADS, Field, Kind, Step
from .filling import Answer as Given
from .filling import Answers

PREFIX = "f-"
SHOWN = "shown-field"
_TEXT_SENT = _l("A photo or file is needed here, not a text. Choose one.")
_FILE_SENT = _l("A text is needed here, not a file. Type the answer.")


@dataclass(frozen=True)
class Sent:
    """What came: answers by key (None: emptied), files by key, and what is wrong with the way in which something came."""

    answers: dict[str, Given | None] = field(default_factory=dict)
    files: dict[str, FileStorage] = field(default_factory=dict)
    problems: dict[str, Any] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


def read(
    step: Step,
    form: MultiDict[str, str],
    files: Mapping[str, FileStorage],
    stored: Answers,
    known: Mapping[str, Sequence[Known]],
    language: str,
) -> Sent:
    """What was sent of this step, to be judged with the rest of the answers. `known`: what may be taken over, by key."""
    shown = frozenset(form.getlist(SHOWN))
    sent = Sent(shown=shown)
    for each in step.fields:
        if each.key not in shown:
            continue
        name, upload = PREFIX + each.key, files.get(PREFIX + each.key)
        if each.kind in UPLOADS:
            _take_file(sent, each, upload, form.get(name, ""))
            continue
        if was_sent(upload):
            sent.problems[each.key] = _FILE_SENT
            continue
        chosen = _confirmed(each, form, known.get(each.key, ()), stored, language)
        sent.answers[each.key] = filling.judge(each, chosen or _uniform(each, form.getlist(name)), language).answer
        if sent.answers[each.key] is None and each.kind in (Kind.CHOICE, Kind.SEVERAL):
            _complain_of_strange_choices(sent, each, form.getlist(name))
    return sent


def _complain_of_strange_choices(sent: Sent, each: Field, given: list[str]) -> None:
    if problem := filling.judge(each, given).problem:
        sent.problems[each.key] = problem


def _take_file(sent: Sent, each: Field, upload: FileStorage | None, text: str) -> None:
    if upload is not None and was_sent(upload):
        sent.files[each.key] = upload
    elif text.strip():
        sent.problems[each.key] = _TEXT_SENT


def _uniform(each: Field, given: list[str]) -> list[str]:
    return [normalise(text) if each.kind is Kind.LONG_TEXT else normalise_line(text) for text in given]


def _confirmed(
    each: Field, form: MultiDict[str, str], known: Sequence[Known], stored: Answers, language: str
) -> list[str]:
    """The value that was told before and is confirmed now; a text that was typed beside it just now goes before it."""
    chosen = form.get(f"{PREFIX}{each.key}-known", type=int)
    typed = normalise_line(form.get(PREFIX + each.key, ""))
    if chosen is None or typed not in ("", filling.in_the_field(each, stored.get(each.key), language)):
        return []
    return [one.value for one in known if one.id == chosen]
