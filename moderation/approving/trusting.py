"""Two judges: an author's first posts, and links by authors who have written little. What is little, each category says."""

from __future__ import annotations

from sqlalchemy import func, select

from community.core.extensions import db
from community.threads.models import Post
from community.threads.visibility import PUBLISHED

from .judging import Judgement, Outcome, Submission
from .links import host_of
from .setting import rule_of

_SHOWN = 200


def first_post(submission: Submission) -> Judgement | None:
    """Is it one of the author's first? Of a post that staff have seen already, another text is none."""
    wanted = rule_of(submission.category_id).first_posts
    if submission.edited_id is not None or _has_written(submission, wanted):
        return None
    return Judgement(Outcome.HOLD, "first_post")


def link(submission: Submission) -> Judgement | None:
    """Does it link elsewhere, by somebody who has written little?"""
    if not submission.links or _has_written(submission, rule_of(submission.category_id).link_posts):
        return None
    hosts = ", ".join(dict.fromkeys(host_of(address) for address in submission.links))
    return Judgement(Outcome.HOLD, "link", hosts[:_SHOWN])


def _has_written(submission: Submission, wanted: int) -> bool:
    """Are so many other posts of the author public?"""
    others = (
        select(Post.id)
        .where(
            Post.author_id == submission.author_id, Post.visibility == PUBLISHED, Post.id != (submission.edited_id or 0)
        )
        .limit(wanted)
        .subquery()
    )
    return wanted == 0 or (db.session.scalar(select(func.count()).select_from(others)) or 0) >= wanted
