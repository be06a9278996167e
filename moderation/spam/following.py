"""The scorer learns by following what happens: held posts that staff approve or reject, flags that they uphold, posts that they
put back, and replies of customers that helped somebody. What staff write themselves teaches nothing.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.core import jobs
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads.models import Post

from . import examples
from .marks import Text, marks_of

JOB = "spam.learn"
#: Named by their values: an action that this version does not know never comes.
_REJECTED, _HIDDEN, _UPHELD = "post.rejected", "post.hidden", "flag.upheld"
_GOOD = frozenset(
    {"post.approved", "post.approved_changed", "post.restored", "flag.dismissed", "post.helpful", "thread.solved"}
)
TEACHING = tuple(action for action in Action if action in {*_GOOD, _REJECTED, _HIDDEN, _UPHELD})


@jobs.handler(JOB)
def learn(event_id: int, thread_id: int | None, post_id: int | None) -> None:
    """Learn what this event says of its post. Twice is once, and a later event's word counts whichever comes first."""
    event = db.session.get(Event, event_id)
    post = post_to_learn(post_id)
    verdict = _is_spam(event, post) if event is not None and post is not None else None
    if event is None or post is None or verdict is None:
        return
    marks = marks_of(text_of(post))
    with writing():
        examples.put(post.id, marks, is_spam=verdict, event_id=event.id)


def post_to_learn(post_id: int | None) -> Post | None:
    """A post with its author and thread, if there is one."""
    whole = select(Post).where(Post.id == post_id).options(joinedload(Post.author), joinedload(Post.thread))
    return db.session.scalar(whole) if post_id is not None else None


def _is_spam(event: Event, post: Post) -> bool | None:
    """What the event says of the post; None: nothing."""
    if post.by_staff:
        return None
    if event.action == _REJECTED:
        return True
    if event.action == _HIDDEN:  # of a held post that is a rejection, of any other it can have many reasons
        return True if event.payload.get("before") == "held" else None
    if event.action == _UPHELD:
        return True if "spam" in event.payload.get("reasons", ()) else None
    return False if event.action in _GOOD and post.visibility == "published" else None


def text_of(post: Post) -> Text:
    """A stored post, as it was when it was judged. Its author and thread are loaded."""
    return Text(
        title=post.thread.title if post.number == 1 else "",
        plain=post.plain,
        source=post.source,
        age=post.created_at - post.author.created_at,
    )
