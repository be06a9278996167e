"""The staff's synonyms: kept in the database, read by every question from memory, and fresh as soon as one is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from flask import current_app, has_app_context
from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, events, pages
from community.core.errors import Invalid
from community.core.events import Action
from community.core.extensions import db
from community.core.text import normalise_line

from .languages import LANGUAGES, Language
from .models import SynonymGroup
from .synonyms import Group

SCOPE = "synonyms"
MOST_WORDS = 20
LONGEST_WORD = 60


def groups() -> Sequence[SynonymGroup]:
    """All groups, the one changed last first."""
    return db.session.scalars(
        select(SynonymGroup).order_by(SynonymGroup.changed_at.desc(), SynonymGroup.id.desc())
    ).all()


def numbered() -> list[tuple[int, Group]]:
    """All groups as questions read them, with their ids."""
    return [(row.id, Group(tuple(row.words), _spoken(row.language))) for row in groups()]


def _spoken(language: str) -> Language | Literal[""]:
    return next((known for known in LANGUAGES if known == language), "")


def group_of(text: str, language: str) -> Group:
    """What somebody typed (words parted by commas or lines) as a group. Raises Invalid if it is none."""
    typed = [normalise_line(word)[:LONGEST_WORD] for word in text.replace("\n", ",").replace(";", ",").split(",")]
    words = tuple(dict.fromkeys(word for word in typed if word))
    if len(words) < 2:
        raise Invalid(_("A group needs two words at least, separated by commas."))
    if len(words) > MOST_WORDS:
        raise Invalid(_("A group has %(most)s words at most.", most=MOST_WORDS))
    return Group(words, _spoken(language))


def put(group: Group, *, by: Person, row: SynonymGroup | None = None) -> SynonymGroup:
    """Store a new group, or other words for one that is there. Call it inside `writing()`."""
    before = _said(row) if row else ""
    written = {
        "language": group.language,
        "words": list(group.words),
        "changed_at": clock.now(),
        "changed_by_id": by.id,
    }
    if row is None:
        row = SynonymGroup(**written)
        db.session.add(row)
    else:
        for name, value in written.items():
            setattr(row, name, value)
    _changed(by, before, _said(row))
    return row


def remove(row: SynonymGroup, *, by: Person) -> None:
    """Delete a group. Call it inside `writing()`."""
    before = _said(row)
    db.session.delete(row)
    _changed(by, before, "")


def _said(row: SynonymGroup) -> str:
    return ", ".join(row.words) + (f" ({row.language})" if row.language else "")


def _changed(by: Person, before: str, after: str) -> None:
    pages.touch(SCOPE)
    events.record(Action.SYNONYMS_CHANGED, actor_id=by.id, before=before, after=after)


def stamp() -> tuple[object, ...]:
    """Changes with every change of the groups; empty while there never were any."""
    return pages.stamp("SELECT version FROM page_versions WHERE scope = ?", (SCOPE,))


def staff_groups() -> tuple[Group, ...]:
    """What questions are read with. The version is read each time, the groups only when it has changed."""
    if not has_app_context():
        return ()
    version = stamp()
    if not version:
        return ()
    known: tuple[object, tuple[Group, ...]] | None = current_app.extensions.get("theke-synonyms")
    if known is None or known[0] != version:
        read = tuple(group for _number, group in numbered())
        current_app.extensions["theke-synonyms"] = known = version, read
    return known[1]
