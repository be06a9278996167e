"""What staff type when they restructure: which thread, which posts, and why."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.accounts.models import Person
from community.core.errors import Invalid
from community.core.limits import TEXT_MAX
from community.core.text import is_blank, normalise_line
from community.threads.models import Thread
from community.threads.queries import address_once, thread_once_at
from community.threads.visibility import visible_thread

from .. import forms


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
