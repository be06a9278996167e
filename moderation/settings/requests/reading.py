"""What was typed about a field, read as a field. It may be unfinished: what is missing is said when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from community.case_file.kinds import KNOWN
from community.core.errors import Invalid
from community.core.text import normalise_line
from community.intake.requests.definition import KEEP_DAYS, LONGEST_DAYS, MOST_OPTIONS, Both, Field, Kind, Reads

from .building import condition_of, options_of

#: More than fits anywhere, so that a text that is too long is kept while its writer shortens it.
TYPED_MAX = 1_000
Typed = MultiDict[str, str]


def both(typed: Typed, name: str) -> Both:
    """A text in both languages: `<name>_de` and `<name>_en`."""
    return Both(line(typed, f"{name}_de"), line(typed, f"{name}_en"))


def line(typed: Typed, name: str) -> str:
    """One line, made uniform."""
    return normalise_line(typed.get(name, ""))[:TYPED_MAX]


def kind_in(typed: Typed, default: Kind = Kind.TEXT) -> Kind:
    """The kind that was chosen."""
    chosen = typed.get("kind", "")
    return Kind(chosen) if chosen in set(Kind) else default


def field_in(typed: Typed, old: Field) -> Field:
    """The field as it was typed, under the key of `old`. Raises Invalid for days that are no number."""
    field = field_typed(typed, old)
    return replace(field, keep_days=_days(typed)) if field.is_private else field


def field_typed(typed: Typed, old: Field) -> Field:
    """The same, but for the days."""
    on = typed.get("shown_if", "")
    reads = typed.get("reads", "")
    known_as = typed.get("known_as", "")
    return replace(
        old,
        kind=kind_in(typed, old.kind),
        label=both(typed, "label"),
        help=both(typed, "help"),
        is_required=bool(typed.get("is_required")),
        is_private=typed.get("is_private") == "1",
        options=options_of(list(_rows(typed))),
        unit=line(typed, "unit"),
        least=_number(typed, "least"),
        most=_number(typed, "most"),
        pattern=typed.get("pattern", "").strip()[:TYPED_MAX],
        pattern_says=both(typed, "pattern_says"),
        shown_if=condition_of(on, typed.getlist(f"values-{on}")),
        keep_days=KEEP_DAYS,
        known_as=known_as if known_as in KNOWN else "",
        reads=Reads(reads) if reads in set(Reads) else Reads.NOTHING,
        reads_into=typed.get("reads_into", "") if reads else "",
    )


def _rows(typed: Typed) -> Iterator[tuple[str, str, str]]:
    removed = typed.get("then", "").removeprefix("remove-")
    for number in range(MOST_OPTIONS + 10):
        if f"option_{number}_de" in typed and str(number) != removed:
            texts = both(typed, f"option_{number}")
            yield typed.get(f"option_{number}_key", ""), texts.de, texts.en


def _number(typed: Typed, name: str) -> str:
    return line(typed, name).replace(",", ".")


def days_typed(typed: Typed) -> str:
    """The days as they stand in the field, a number or not."""
    return typed.get("keep_days", "").strip()


def _days(typed: Typed) -> int:
    days = days_typed(typed) or str(KEEP_DAYS)
    if not (days.isascii() and days.isdecimal()) or not 1 <= int(days[:9]) <= LONGEST_DAYS:
        raise Invalid(_("Write a number of days between 1 and %(days)s.", days=LONGEST_DAYS), "keep_days")
    return int(days)
