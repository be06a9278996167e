"""What this site's own numbers look like: of its customers, contracts, meters. The guard looks for them in every text.

Staff write them; the list is kept in memory and read again when it has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from ..core import pages
from ..core.columns import Base, Id, OptionalPersonId, UTCDateTime
from ..core.extensions import db
from ..core.personal_data import Pattern, Unusable, expression, notation
from ..core.personal_data.patterns import EXPRESSION_MAX

NAME_MAX = 60
EXAMPLE_MAX = 120
SCOPE = "number_patterns"
_KEPT = "theke-number-patterns"


class NumberPattern(Base):
    """One of them. `written`: in the simple notation, or a regular expression; `example`: an invented number that it finds."""

    __tablename__ = "number_patterns"
    __table_args__ = (UniqueConstraint("written", "is_expression"),)

    id: Mapped[Id]
    name_de: Mapped[str] = mapped_column(String(NAME_MAX))
    name_en: Mapped[str] = mapped_column(String(NAME_MAX))
    written: Mapped[str] = mapped_column(String(EXPRESSION_MAX))
    is_expression: Mapped[bool]
    example: Mapped[str] = mapped_column(String(EXAMPLE_MAX))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[OptionalPersonId]

    def name_in(self, language: str) -> str:
        """What it is called in 'de' or 'en'."""
        return self.name_de if language == "de" else self.name_en


def number_patterns() -> Sequence[NumberPattern]:
    """All of them, the oldest first."""
    return db.session.scalars(select(NumberPattern).order_by(NumberPattern.id)).all()


def patterns_now() -> tuple[Pattern, ...]:
    """What is looked for now. The version is asked each time, the rows only when it is another."""
    version = pages.stamp("SELECT version FROM page_versions WHERE scope = ?", (SCOPE,))
    kept: tuple[object, tuple[Pattern, ...]] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != version:
        usable = (pattern_of(row.written, row.is_expression) for row in number_patterns())
        current_app.extensions[_KEPT] = kept = version, tuple(pattern for pattern in usable if pattern)
    return kept[1]


def pattern_of(written: str, is_expression: bool) -> Pattern | None:
    """As it is looked for; None if it cannot be used: a rule that was tightened since stops nobody from posting."""
    try:
        return (expression if is_expression else notation)(written)
    except Unusable:
        return None
