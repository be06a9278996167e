"""Rating: each of the two questions is answered by one tap, and may be answered anew for 30 days after the solution.

A rating is the asker's word about the thread as it was solved. When it is reopened, or its mark is taken back, the rating
is set aside: neither shown nor counted, but kept, or staff could make a bad one go by unmarking the solution for a moment.
When the thread is solved again, it counts again; the asker may change it, and is asked anew after a reopening.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from ...accounts.models import Person
from ...core import clock, events
from ...core.errors import Conflict, Invalid
from ...core.events import Action
from ...core.extensions import db, rows_changed
from ...core.sealing import seal
from ...core.text import is_blank, normalise_line
from ..changing import hold
from ..models import Thread
from .models import Rating
from .policy import can_rate
from .queries import comment_of, rating_of, sealed_about
from .words import ANSWERS, QUESTIONS

COMMENT_MAX = 500


def rate(thread: Thread, question: str, answer: str, *, by: Person, via: str) -> Rating:
    """`by` answers one question. The same answer again changes nothing. Raises Conflict if the thread is not solved any more
    or the time is over, Invalid for another question or answer."""
    if question not in QUESTIONS or answer not in ANSWERS:
        raise Invalid(_l("Choose one of the answers."), "answer")
    rating = _held(thread, by) or _new(thread, by, via)
    if getattr(rating, question) != answer:
        setattr(rating, question, answer)
        _changed(rating, by, via)
    return rating


def comment(thread: Thread, text: str, *, by: Person, via: str) -> None:
    """A line beside the answers; an empty one takes it back. Raises Invalid if it is too long, Conflict as `rate` does, or if
    nothing was answered yet."""
    line = "" if is_blank(text) else normalise_line(text)
    if len(line) > COMMENT_MAX:
        raise Invalid(_l("At most %(count)s characters fit here.", count=COMMENT_MAX), "comment")
    rating = _held(thread, by)
    if rating is None:
        raise Conflict(_l("Answer one of the two questions first."))
    if line != comment_of(rating):
        rating.sealed_comment = seal(line, sealed_about(by.id)) if line else None
        _changed(rating, by, via)


def forget_comments_of(person: Person) -> None:
    """What they wrote beside their ratings is gone. The answers stay, in figures that name nobody."""
    rows_changed(update(Rating).where(Rating.person_id == person.id).values(sealed_comment=None))


def _held(thread: Thread, by: Person) -> Rating | None:
    """Their rating, with the thread held. Raises Conflict if they cannot rate it now."""
    hold(thread)
    if not can_rate(by, thread):
        raise Conflict(_l("This thread is not solved any more, or was solved more than 30 days ago."))
    return rating_of(thread)


def _new(thread: Thread, by: Person, via: str) -> Rating:
    rating = Rating(thread_id=thread.id, person_id=by.id, via=via, at=clock.now())
    db.session.add(rating)
    return rating


def _changed(rating: Rating, by: Person, via: str) -> None:
    """Nothing of what was said is in the event."""
    if rating.id is not None:
        rating.changed_at = clock.now()
    db.session.flush()
    events.record(Action.THREAD_RATED, actor_id=by.id, thread_id=rating.thread_id, via=via)
