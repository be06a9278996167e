"""What staff choose and type to act on many threads at once."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.core.errors import Invalid
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.threads import tagging
from community.threads.models import Category, Thread
from community.threads.visibility import visible_thread

from .. import forms
from ..owning import forms as owning_forms
from .acting import MOST
from .kinds import KINDS, Kind, Wish


def kind() -> Kind | None:
    """What is to be done, from the address or the form."""
    return KINDS.get(request.values.get("do", ""))


def thread_ids() -> list[int]:
    """The threads that were ticked, each once. What is no number of a thread is left out."""
    asked = (text for text in request.values.getlist("threads") if text.isascii() and text.isdigit() and len(text) < 11)
    return sorted({number for number in map(int, asked) if 0 < number <= LARGEST_ID})


def check_count(ids: list[int]) -> None:
    """Raises Invalid unless there are some, and not too many."""
    if not ids:
        raise Invalid(_("Tick at least one thread."), "threads")
    if len(ids) > MOST:
        raise Invalid(_("At most %(count)d threads at once.", count=MOST), "threads")


def wish(of: Kind, by: Person) -> Wish:
    """What the form says that `by` wants. Raises Invalid, naming the field, if something is missing or wrong."""
    match of.key:
        case "move":
            return Wish(of, category=_category(by), reason=forms.reason(required=False))
        case "tag":
            return Wish(of, tags=_tags(), replaces_tags="replace" in request.form)
        case "hand_over":
            return Wish(of, to=_colleague(), note=owning_forms.note())
        case "duplicate":
            return Wish(of, master=_master(by), reason=forms.reason(required=False))
        case "unlock":
            return Wish(of, reason=forms.reason(required=False))
        case _:
            return Wish(of, reason=forms.reason())


def _category(by: Person) -> Category:
    found = db.session.scalar(
        select(Category).where(Category.slug == request.form.get("category", ""), Category.archived_at.is_(None))
    )
    if found is None:
        raise Invalid(_("Choose the category that the threads belong to."), "category")
    if not may(by, Verb.MOVE, found.id):
        raise Invalid(_("You may not move threads into this category. Choose another one."), "category")
    return found


def _tags() -> tuple[str, ...]:
    names = tagging.read_tags(request.form.get("tags", ""))
    if not names:
        raise Invalid(_("Give at least one tag."), "tags")
    return tuple(names)


def _colleague() -> Person:
    found = owning_forms.colleague()
    if not (found.is_staff and found.is_active):
        raise Invalid(_("Only staff can be a contact. Choose somebody else."), "to")
    return found


def _master(by: Person) -> Thread:
    found = visible_thread(forms.thread_number(), by)
    if found is None:
        raise Invalid(_("There is no thread of that number."), "master")
    return found
