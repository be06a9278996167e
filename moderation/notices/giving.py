"""Giving a notice. What it says and who gave it stands in its row and nowhere else.

Its receipt is a secret address. The browser that asked for the form brings the secret along, so that a form that is sent
twice leads to one receipt.
"""

from __future__ import annotations

import re
import secrets

from sqlalchemy import select

from community.core import clock, events
from community.core.events import Action
from community.core.extensions import db
from community.core.security import hash_token, new_token
from community.threads.models import Post

from .models import Notice, NoticeLink

#: Letters that nobody takes for one another, or for digits.
LETTERS = "ACDEFHJKLMNPRTUVWXY"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def give(post: Post, *, kind: str, explanation: str, name: str, email: str, language: str, secret: str) -> Notice:
    """A notice about this post. `secret`: what leads to its receipt, as `fitting_secret` gave it."""
    now = clock.now()
    notice = Notice(
        year=now.year,
        letters="".join(secrets.choice(LETTERS) for _each in range(2)),
        post_id=post.id,
        kind=kind,
        explanation=explanation,
        name=name,
        email=email,
        language=language,
        received_at=now,
        overturned_by=[],
    )
    db.session.add(notice)
    db.session.flush()
    db.session.add(NoticeLink(secret_hash=hash_token(secret), notice_id=notice.id))
    events.record(
        Action.NOTICE_RECEIVED, actor_id=None, thread_id=post.thread_id, post_id=post.id, notice=notice.id, kind=kind
    )
    return notice


def fitting_secret(brought: str) -> str:
    """The secret that the form brought along, or a new one if it could not be one of ours."""
    return brought if _SECRET.fullmatch(brought) else new_token()


def notice_behind(secret: str) -> int | None:
    """The id of the notice that this secret leads to."""
    return db.session.scalar(select(NoticeLink.notice_id).where(NoticeLink.secret_hash == hash_token(secret)))
