"""Reads the story's requests: each with its name, its steps and their fields, in both languages."""

from community.intake.requests.definition import (
    KEEP_DAYS,
    Both,
    Condition,
    Field,
    Form,
    Kind,
    Option,
    Reads,
    Step,
)
from community.intake.requests.keeping import Naming
from community.seed.rows import Row
from community.seed.story import StoryRequest


def request_in(row: Row, category: str) -> StoryRequest:
    """The request of a `[[request]]` table; its steps are numbered."""
    steps = row.parts("step", _step)
    return StoryRequest(
        key=row.text("key"),
        category=category,
        naming=Naming(row.text("name_de"), row.text("name_en"), row.text("description_de"), row.text("description_en")),
        form=Form(tuple(Step(f"step_{number}", title, fields) for number, (title, fields) in enumerate(steps, 1))),
    )


def _step(row: Row) -> tuple[Both, tuple[Field, ...]]:
    return _both(row, ""), row.parts("field", _field)


def _both(row: Row, prefix: str) -> Both:
    """`de` and `en`, or `<prefix>_de` and `<prefix>_en`, which may be missing together."""
    names = [f"{prefix}_{language}".strip("_") for language in ("de", "en")]
    if prefix and not any(row.has(name) for name in names):
        return Both()
    return Both(*(row.text(name) for name in names))


def _field(row: Row) -> Field:
    return Field(
        key=row.text("key"),
        kind=Kind(row.one_of("kind", tuple(Kind))),
        label=_both(row, ""),
        help=_both(row, "help"),
        is_required=row.flag("required"),
        is_private=row.flag("private"),
        options=tuple(Option(key, Both(de, en)) for key, de, en in row.threes("options")),
        unit=row.text("unit", ""),
        least=row.text("least", ""),
        most=row.text("most", ""),
        pattern=row.text("pattern", ""),
        pattern_says=_both(row, "pattern"),
        shown_if=row.part("shown_if", lambda part: Condition(part.text("on"), part.names("values"))),
        keep_days=row.number("keep_days") if row.has("keep_days") else KEEP_DAYS,
        known_as=row.text("known_as", ""),
        reads=Reads(row.one_of("reads", tuple(Reads)[1:])) if row.has("reads") else Reads.NOTHING,
        reads_into=row.text("reads_into", ""),
    )
