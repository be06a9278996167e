"""How two forms differ, field by field: for whoever meets a newer form than the one they started from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from community.intake.requests.definition import Field, Form

from .building import step_of


@dataclass(frozen=True)
class Difference:
    """A field that is there (`field`), and what became of it."""

    what: Literal["added", "removed", "changed", "moved"]
    field: Field


def differences(before: Form, after: Form) -> list[Difference]:
    """What became of the fields, in the order of the later form; removed ones last."""
    found = [_of(before, after, each) for each in after.fields]
    gone = [Difference("removed", each) for each in before.fields if after.field_of(each.key) is None]
    return [*(each for each in found if each), *gone]


def _of(before: Form, after: Form, field: Field) -> Difference | None:
    was = before.field_of(field.key)
    if was is None:
        return Difference("added", field)
    if was != field:
        return Difference("changed", field)
    steps = [step_of(form, field.key) for form in (before, after)]
    is_moved = steps[0] is not None and steps[1] is not None and steps[0].key != steps[1].key
    return Difference("moved", field) if is_moved or _order(before, after, field) else None


def _order(before: Form, after: Form, field: Field) -> bool:
    """Does it stand after another of those that both have?"""
    common = {each.key for each in before.fields} & {each.key for each in after.fields}
    places = [[each.key for each in form.fields if each.key in common].index(field.key) for form in (before, after)]
    return places[0] != places[1]
