"""Who writes canned replies? All staff use them."""

from __future__ import annotations

from community.accounts.models import Person
from community.accounts.permissions import Verb, may
from community.threads.models import Thread

from .models import Afterwards, CannedReply

_AFTERWARDS = {Afterwards.SOLVED: Verb.SOLVE, Afterwards.LOCKED: Verb.LOCK}


def can_apply_macro(person: Person, macro: CannedReply, thread: Thread) -> bool:
    """Whoever may do all that it does by hand."""
    verbs = [Verb.ANSWER, *([Verb.TAG] if macro.tags else [])]
    if (afterwards := _AFTERWARDS.get(Afterwards(macro.afterwards))) is not None:
        verbs.append(afterwards)
    return all(may(person, verb, thread.category_id) for verb in verbs)


def can_edit_canned_replies(person: Person) -> bool:
    """Write, change and archive them."""
    return may(person, Verb.CANNED_REPLIES)
