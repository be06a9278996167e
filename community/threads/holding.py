"""What customers write is judged before it is stored: taken, held until staff have looked at it, or refused.

Who judges is none of this room's business: a room above says so at its start; without one everything is taken. Staff are
never judged, nor is what comes by an import or a seed, which ask nobody. A change of a public post cannot wait, because the
post is read meanwhile: it is taken or refused (decision 20).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from ..accounts.models import Person
from ..core import limits
from ..core.errors import Invalid
from .models import Post, Thread
from .policy import posting_rate
from .posting import Grounds, Words


@dataclass(frozen=True)
class Offer:
    """What somebody is about to post. `title` is empty for replies; `edits` is the post whose text it would be."""

    by: Person
    category_id: int
    title: str
    words: Words
    edits: Post | None = None


@dataclass(frozen=True)
class Verdict:
    """Why it is held (empty: it is public at once), and whether it is not taken at all."""

    grounds: Grounds = ()
    is_refused: bool = False
    #: For which category this was found.
    category_id: int = 0


class Refused(Invalid):
    """It is not taken; nothing was stored, and the author keeps the text."""


Judge = Callable[[Offer], Verdict]
_JUDGE = "theke-judge"


def judged_by(app: Flask, judge: Judge) -> None:
    """This one says what becomes of what customers write. It reads, and changes nothing."""
    app.extensions[_JUDGE] = judge


def judge(offer: Offer) -> Verdict:
    """What becomes of it. Call it before `writing()`: it may take a while. Raises Refused; that counts as a post, so that
    nobody tries out what passes."""
    ask: Judge | None = current_app.extensions.get(_JUDGE)
    if offer.by.is_staff or ask is None:
        return Verdict(category_id=offer.category_id)
    verdict = ask(offer)
    if verdict.is_refused:
        limits.spend(posting_rate(offer.by), offer.by.id)
        raise Refused(
            _l("This cannot be posted as it is: something in it is not taken here. Change it, or leave out links.")
        )
    return verdict


def judge_reply(thread: Thread, words: Words, *, by: Person) -> Grounds:
    """The grounds on which a reply is held; empty: it is public at once. Raises Refused."""
    return judge(Offer(by, thread.category_id, "", words)).grounds


def judge_edit(post: Post, words: Words, title: str | None, *, by: Person) -> Grounds:
    """The grounds against a new text of a post that is held anyway; of one that is not, they refuse it. Raises Refused."""
    before = post.thread.title if post.number == 1 else ""
    title = title or before
    if (words.source, title) == (post.source, before):
        return ()
    grounds = judge(Offer(by, post.thread.category_id, title, words, edits=post)).grounds
    if grounds and post.visibility != "held":
        raise Refused(
            _l(
                "Staff would have to look at this change first, and it cannot wait here. "
                "Leave out new links, or write it as a reply."
            )
        )
    return grounds
