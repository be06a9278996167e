"""Under which name readers see somebody. Whoever was erased has none any more: they are called a former customer."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _


def is_erased(person: Any) -> bool:
    """Was this account erased? `person`: a Person, or whatever names one for a list."""
    return getattr(person, "erased_at", None) is not None


def shown_name(person: Any) -> str:
    """In the language of what is being written."""
    return str(_("Former customer")) if is_erased(person) else str(person.display_name)


def profile_of(person: Any) -> str | None:
    """The address of their page; whoever was erased has none."""
    return None if is_erased(person) else url_for("threads.person", name=person.name)
