"""What staff type when they restructure: which thread, which posts, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms import Form, StringField

from community.accounts.models import Person
from community.core.errors import Invalid
from community.core.extensions import db
from community.core.incoming import LARGEST_ID
from community.core.limits import TEXT_MAX
from community.core.text import is_blank, normalise_line
from community.threads.forms import as_line, says_something
from community.threads.models import Category, Post, Thread
from community.threads.queries import address_once, category_named, thread_once_at
from community.threads.visibility import visible_thread

from .. import forms

_RANGE = re.compile(r"(\d{1,9})(?:[-\u2013](\d{1,9}))?")


def reason() -> str:
    """Why. Raises Invalid if it is missing or too long."""
    text = normalise_line(request.form.get("reason", ""))
    if is_blank(text):
        raise Invalid(_("Say why: it stands in the thread and in the public log."), "reason")
    if len(text) > TEXT_MAX:
        raise Invalid(_("Use at most %(count)d characters for the reason.", count=TEXT_MAX), "reason")
    return text


def other_thread(viewer: Person) -> Thread:
    """The thread that was typed as a number or as its address; one that was merged leads on. Raises Invalid if none is meant."""
    number = forms.number_in(request.form.get("into", ""))
    if number is None:
        raise Invalid(_("Give the number or the address of the other thread."), "into")
    found = visible_thread(number, viewer) or thread_once_at(address_once(number), viewer)
    if found is None:
        raise Invalid(_("There is no thread of that number."), "into")
    return found


# --- Which posts go, and what becomes of them


class _TitleForm(Form):
    title = StringField(filters=[as_line], validators=[says_something])


def title() -> str:
    """The title of the new thread, judged as any title is. Raises Invalid."""
    form = _TitleForm(request.form)
    if not form.validate():
        raise Invalid(form.title.errors[0], "title")
    return form.title.data or ""


def category() -> Category:
    """The category that was chosen. Raises Invalid if there is none of that name."""
    found = category_named(request.form.get("category", ""))
    if found is None:
        raise Invalid(_("Choose the category that the thread belongs to."), "category")
    return found


def ticked() -> set[int]:
    """The ids of the posts whose boxes are ticked."""
    typed = request.form.getlist("posts")
    return {int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < 18} - {0}


def chosen_posts(thread: Thread) -> set[int]:
    """The ids of the posts that are ticked, and of those whose numbers were typed. Raises Invalid for what is no number."""
    found = {post_id for post_id in ticked() if post_id <= LARGEST_ID}
    for first, last in _ranges(request.form.get("numbers", "")):
        here = select(Post.id).where(Post.thread_id == thread.id, Post.visibility != "removed")
        named = set(db.session.scalars(here.where(Post.number.between(first, last))))
        if not named:
            raise Invalid(_("This thread has no post of the number %(number)s.", number=first), "numbers")
        found |= named
    return found


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for word in text.replace(",", " ").replace("#", "").split():
        match = _RANGE.fullmatch(word)
        if match is None:
            raise Invalid(_("Write numbers of posts, such as 12, 15-20."), "numbers")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        yield min(first, last), max(first, last)
