"""A form is built by small acts, each of which makes another form of it. Pure: nothing here knows a database or a page.

A key is made from the English text when there is one, and then stays for good: answers are stored by it. A field that was
in use keeps its key only as long as its old answers can still be read as what it is now.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from community.intake.requests.definition import (
    UPLOADS,
    WITH_OPTIONS,
    Both,
    Condition,
    Field,
    Form,
    Kind,
    Option,
    Reads,
    Step,
)
from community.threads.posting import slug_of

#: A field whose question nobody has written yet.
_PROVISIONAL = re.compile(r"field_\d+")
KEY_MAX = 40
#: What was answered as the first can be read as the second.
COMPATIBLE = frozenset(
    {
        (Kind.TEXT, Kind.LONG_TEXT),
        (Kind.NUMBER, Kind.TEXT),
        (Kind.NUMBER, Kind.LONG_TEXT),
        (Kind.DATE, Kind.TEXT),
        (Kind.DATE, Kind.LONG_TEXT),
        (Kind.PHOTO, Kind.FILE),
    }
)


def fresh_key(text: str, taken: Collection[str], instead: str = "field") -> str:
    """A key that speaks of `text` and is not among `taken`; numbered as `instead` if the text gives none."""
    words = re.sub(r"[^a-z0-9]+", "_", slug_of(text)).strip("_")[:KEY_MAX].strip("_") if text else ""
    if not words:
        return next(key for n in range(1, 999) if (key := f"{instead}_{n}") not in taken)
    if not words[0].isalpha():
        words = f"q_{words}"[:KEY_MAX]
    return next(key for n in range(1, 999) if (key := words if n == 1 else f"{words[:36]}_{n}") not in taken)


# --- Steps


def with_step(form: Form, title: Both) -> Form:
    """One step more, at the end."""
    key = fresh_key("", {step.key for step in form.steps}, "step")
    return Form((*form.steps, Step(key, title)))


def retitled(form: Form, key: str, title: Both) -> Form:
    """The step has another title."""
    return Form(tuple(replace(step, title=title) if step.key == key else step for step in form.steps))


def step_moved(form: Form, key: str, by: int) -> Form:
    """The step stands one place earlier (-1) or later (1), if there is one."""
    steps = list(form.steps)
    here = next(number for number, step in enumerate(steps) if step.key == key)
    there = here + by
    if 0 <= there < len(steps):
        steps[here], steps[there] = steps[there], steps[here]
    return Form(tuple(steps))


def without_step(form: Form, key: str) -> Form:
    """The step is gone with its fields; what depended on them depends on nothing."""
    gone = {each.key for step in form.steps if step.key == key for each in step.fields}
    return _released(Form(tuple(step for step in form.steps if step.key != key)), gone)


# --- Fields


def step_of(form: Form, key: str) -> Step | None:
    """The step in which the field stands."""
    return next((step for step in form.steps if any(each.key == key for each in step.fields)), None)


def with_field(form: Form, step_key: str, field: Field) -> Form:
    """One field more, at the end of the step."""
    return Form(
        tuple(replace(step, fields=(*step.fields, field)) if step.key == step_key else step for step in form.steps)
    )


def replaced(form: Form, key: str, field: Field, used: Mapping[str, Kind]) -> Form:
    """`field` stands where the field `key` stood, under its key, or a new one if it needs one; what depends on it follows.

    `used`: key -> kind of all fields that any version in use has.
    """
    named = replace(suited(field), key=key_for(form, key, field, used))
    return _each(form, lambda each: named if each.key == key else _following(each, key, named.key))


def shown_as(form: Form, key: str, field: Field) -> Form:
    """The form with `field` in place of the field `key`, which is what it is called: to look at, not to keep."""
    return _each(form, lambda each: field if each.key == key else each)


def key_for(form: Form, key: str, field: Field, used: Mapping[str, Kind]) -> str:
    """The key of a field that has become `field`."""
    is_readable = key not in used or used[key] == field.kind or (used[key], field.kind) in COMPATIBLE
    text = field.label.en or field.label.de
    if is_readable and not (_PROVISIONAL.fullmatch(key) and text and key not in used):
        return key
    return fresh_key(text, {each.key for each in form.fields if each.key != key or not is_readable} | set(used))


def _following(each: Field, old: str, new: str) -> Field:
    if each.shown_if and each.shown_if.on == old:
        each = replace(each, shown_if=replace(each.shown_if, on=new))
    return replace(each, reads_into=new) if each.reads_into == old else each


def suited(field: Field) -> Field:
    """Without what a field of its kind cannot have."""
    if field.kind not in WITH_OPTIONS:
        field = replace(field, options=())
    if field.kind is not Kind.NUMBER:
        field = replace(field, unit="", least="", most="")
    if field.kind is not Kind.TEXT:
        field = replace(field, pattern="", pattern_says=Both())
    if field.kind is not Kind.PHOTO or not field.is_private or field.reads is Reads.NOTHING:
        field = replace(field, reads=Reads.NOTHING, reads_into="")
    if field.kind in UPLOADS or not field.is_private:
        field = replace(field, known_as="")
    return field


def moved(form: Form, key: str, by: int) -> Form:
    """The field stands one place earlier (-1) or later (1); beyond the end of its step, in the neighbouring one."""
    steps = [list(step.fields) for step in form.steps]
    at = next(n for n, fields in enumerate(steps) if any(each.key == key for each in fields))
    here = next(n for n, each in enumerate(steps[at]) if each.key == key)
    field = steps[at].pop(here)
    if 0 <= here + by <= len(steps[at]):
        steps[at].insert(here + by, field)
    elif 0 <= at + by < len(steps):
        beyond = steps[at + by]
        beyond.insert(0 if by > 0 else len(beyond), field)
    else:
        steps[at].insert(here, field)
    return _with_fields(form, steps)


def moved_to(form: Form, key: str, step_key: str) -> Form:
    """The field stands at the end of that step, unless it stands in it already."""
    field, here = form.field_of(key), step_of(form, key)
    if field is None or here is None or here.key == step_key or all(step.key != step_key for step in form.steps):
        return form
    steps = [[each for each in step.fields if each.key != key] for step in form.steps]
    steps[[step.key for step in form.steps].index(step_key)].append(field)
    return _with_fields(form, steps)


def duplicated(form: Form, key: str, used: Collection[str]) -> Form:
    """The field once more, after itself, under a key of its own."""
    new = fresh_key("", {each.key for each in form.fields} | set(used))
    steps = [
        [copy for each in step.fields for copy in ((each, replace(each, key=new)) if each.key == key else (each,))]
        for step in form.steps
    ]
    return _with_fields(form, steps)


def dependents(form: Form, keys: Collection[str]) -> list[Field]:
    """The fields beside these that are shown because of one of them, or are read into one of them."""
    return [
        each
        for each in form.fields
        if each.key not in keys and ((each.shown_if and each.shown_if.on in keys) or each.reads_into in keys)
    ]


def without(form: Form, key: str) -> Form:
    """The field is gone; what depended on it depends on nothing."""
    return _released(_with_fields(form, [[e for e in step.fields if e.key != key] for step in form.steps]), {key})


def _released(form: Form, gone: Collection[str]) -> Form:
    def release(each: Field) -> Field:
        if each.shown_if and each.shown_if.on in gone:
            each = replace(each, shown_if=None)
        return replace(each, reads=Reads.NOTHING, reads_into="") if each.reads_into in gone else each

    return _each(form, release)


def earlier(form: Form, key: str) -> tuple[Field, ...]:
    """The fields that come before this one: those on which it can depend."""
    keys = [each.key for each in form.fields]
    return form.fields[: keys.index(key)]


def options_of(rows: Collection[tuple[str, str, str]]) -> tuple[Option, ...]:
    """Answers to choose from, of rows (key or empty, German, English); rows without a text are none."""
    found: list[Option] = []
    keys = {key for key, de, en in rows if key and (de or en)}
    for key, de, en in rows:
        if de or en:
            key = key or fresh_key(en or de, keys, "answer")
            keys.add(key)
            found.append(Option(key, Both(de, en)))
    return tuple(found)


def condition_of(on: str, values: Collection[str]) -> Condition | None:
    """Shown if `on` is answered so; always without a field."""
    return Condition(on, tuple(values)) if on else None


def _each(form: Form, change) -> Form:  # type: ignore[no-untyped-def]
    return Form(tuple(replace(step, fields=tuple(change(each) for each in step.fields)) for step in form.steps))


def _with_fields(form: Form, steps: list[list[Field]]) -> Form:
    return Form(tuple(replace(step, fields=tuple(fields)) for step, fields in zip(form.steps, steps, strict=True)))
