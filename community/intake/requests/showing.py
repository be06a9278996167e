"""What the pages of a form show: its steps, its questions with what was answered, what will be public and what will not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale

from ...accounts.models import Person
from ...attachments.keeping import name_of
from ...attachments.models import Attachment
from ...case_file import details
from ...case_file.details import Known
from ...case_file.kinds import KINDS, KNOWN
from ...core.limits import TITLE_MAX
from ..models import Draft
from ..photo_reading import guessing
from ..photo_reading.models import State
from . import answering, filling, uploads
from .definition import UPLOADS, WITH_OPTIONS, Field, Form, Kind, Step
from .filling import Answers
from .models import Request
from .queries import Fact, Facts


@dataclass(frozen=True)
class Question:
    """A field on its page. `is_asked`: else it waits for an answer on the same page; `value` is as it stands in the input."""

    field: Field
    is_asked: bool
    value: str = ""
    chosen: Sequence[str] = ()
    problem: Any = None
    known: Sequence[Known] = ()
    attachment: Attachment | None = None

    @property
    def confirmed(self) -> int | None:
        """Which of the known values is the answer."""
        return next((one.id for one in self.known if one.value == self.value), None)


def questions(
    form: Form,
    step: Step,
    answers: Answers,
    *,
    problems: Mapping[str, Any],
    known: Mapping[str, Sequence[Known]],
    language: str,
) -> list[Question]:
    """The questions of a step: those that are asked, and those that an answer on this page could bring."""
    asked = {each.key for each in filling.asked_in(form, step, answers)}
    files = uploads.sent_by_key(form, answers)
    on_page: set[str] = set()
    found = []
    for each in step.fields:
        if each.key not in asked and (each.shown_if is None or each.shown_if.on not in on_page):
            continue
        on_page.add(each.key)
        given = answers.get(each.key)
        found.append(
            Question(
                field=each,
                is_asked=each.key in asked,
                value="" if each.kind in UPLOADS else filling.in_the_field(each, given, language),
                chosen=given
                if isinstance(given, list)
                else [str(given)]
                if given and each.kind in WITH_OPTIONS
                else [],
                problem=problems.get(each.key),
                known=known.get(each.key, ()),
                attachment=files.get(each.key),
            )
        )
    return found


def known_for(step: Step, person: Person | None) -> dict[str, list[Known]]:
    """What this person has told before of what the step asks: by the field's key. Nothing for a stranger."""
    wanted = {each.key: each.known_as for each in step.fields if each.known_as and each.kind not in UPLOADS}
    if person is None or not wanted:
        return {}
    told = details.known_to(person, *set(wanted.values()))
    return {key: [one for one in told if one.kind == known_as] for key, known_as in wanted.items()}


def known_besides(draft: Draft, person: Person | None) -> list[Known]:
    """What this person has told before, to be added to the private details of this draft; without what is there already."""
    if person is None:
        return []
    private = answering.private_of(draft)
    there = {told.value for told in private.told} | {str(answer) for answer in private.answers.values()}
    return [one for one in details.known_to(person, *KNOWN) if one.value not in there]


# --- What a photo seems to say


@dataclass(frozen=True)
class Reading:
    """What a private photo seems to say, shown beside the field `key` until its sender has answered: nothing, or a guess."""

    key: str
    photo: Attachment
    state: State
    text: str = ""


def readings(form: Form, step: Step, answers: Answers) -> dict[str, Reading]:
    """The photos that are read for unanswered fields of this step, by the field's key."""
    files = uploads.sent_by_key(form, answers)
    asked = {each.key for each in filling.asked_in(form, step, answers)}
    found = {}
    for each in form.fields:
        target = each.reads_into
        if each.key in files and target in asked and not answers.get(target):
            state = guessing.state_of(files[each.key])
            if state is not None:
                guess = guessing.guess_of(files[each.key])
                found[target] = Reading(target, files[each.key], state, guess.text if guess else "")
    return found


# --- The steps


@dataclass(frozen=True)
class StepLink:
    """A step of the form in the bar of steps."""

    key: str
    title: str
    url: str


def form_steps(draft: Draft | None) -> list[StepLink]:
    """The steps of the draft's form that are asked, in the reader's language; none without a form."""
    form = answering.form_of(draft) if draft is not None else None
    if draft is None or form is None:
        return []
    language = _reads()
    return [
        StepLink(
            step.key,
            step.title.in_language(language),
            url_for("intake.form_step", secret=draft.secret, step_key=step.key),
        )
        for step in filling.steps_asked(form, answering.answers_of(draft))
    ]


def _reads() -> str:
    locale = get_locale()
    return "de" if locale is not None and locale.language == "de" else "en"


def step_after(form: Form, step: Step, answers: Answers) -> Step | None:
    """The next step in which anything is asked."""
    later = form.steps[form.steps.index(step) + 1 :]
    return next((each for each in filling.steps_asked(form, answers) if each in later), None)


# --- What becomes of it


@dataclass(frozen=True)
class Line:
    """One private answer or detail as its writer sees it; `number`: of a detail that was told beside the form."""

    label: str
    value: str
    attachment: Attachment | None = None
    number: int | None = None
    step: str = ""


def public_facts(draft: Draft, language: str) -> Facts | None:
    """The facts panel as it will stand in the thread; None without a form."""
    version = answering.version_of(draft)
    if version is None:
        return None
    form = version.form()
    answers = uploads.without_lost(form, answering.answers_of(draft))
    files, counted = uploads.sent_by_key(form, answers), filling.counted(form, answers)
    return Facts(
        version.request,
        tuple(
            Fact(each, "", files[each.key].secret, files[each.key])
            if each.key in files
            else Fact(each, filling.in_words(each, counted[each.key], language))
            for each in form.fields
            if each.key in counted and not each.is_private
        ),
    )


def private_lines(draft: Draft, language: str) -> list[Line]:
    """All that is private of the draft and will be a detail of the case: answers first, then what was told besides."""
    private, form = answering.private_of(draft), answering.form_of(draft)
    lines = list(_answered(form, draft, language)) if form is not None else []
    for number, told in enumerate(private.told):
        lines.append(Line(KINDS[told.kind].in_language(language), told.value, number=number))
    return lines


def _answered(form: Form, draft: Draft, language: str) -> list[Line]:
    answers = uploads.without_lost(form, answering.answers_of(draft))
    files = uploads.sent_by_key(form, answers)
    found = []
    for key, answer in filling.counted(form, answers).items():
        asked = form.field_of(key)
        if asked is None or not asked.is_private:
            continue
        step = next(step.key for step in form.steps if asked in step.fields)
        words = name_of(files[key]) if key in files else filling.in_words(asked, answer, language)
        found.append(Line(asked.label.in_language(language), words, files.get(key), step=step))
    return found


_TELLING = (Kind.CHOICE, Kind.TEXT, Kind.SEVERAL)


def suggested_title(draft: Draft, language: str) -> str:
    """A title for a question that has none: the request's name, and a public answer that tells it from others."""
    facts = public_facts(draft, language)
    if facts is None:
        return ""
    telling = next((fact.words for kind in _TELLING for fact in facts.facts if fact.field.kind is kind), "")
    name = facts.request.name_in(language)
    return (f"{name}: {telling}" if telling else name)[:TITLE_MAX].rstrip()


def body_of(draft: Draft, language: str) -> str:
    """The text that is posted: what was written, or else what the request is called."""
    if draft.body.strip():
        return draft.body
    request = request_of(draft)
    return request.name_in(language) if request else ""


def request_of(draft: Draft) -> Request | None:
    """The request that was chosen."""
    version = answering.version_of(draft)
    return version.request if version else None
