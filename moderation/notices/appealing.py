"""The decision about a notice can be appealed against: by who gave it if the content stays, by its author if it does not."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from community.accounts.models import Person
from community.accounts.permissions import Verb

from ..appeals.subjects import Matter, Subject
from . import deciding, queries
from .models import Notice

KIND = "notice"


def _may_appeal(notice: Notice, person: Person | None) -> bool:
    if notice.decided_at is None:
        return False
    if person is None:
        return notice.post.visibility in deciding.SEEN
    return queries.is_hidden_by(notice) and notice.post.author_id == person.id


def _deciders(notice: Notice) -> set[int]:
    decided = {notice.decided_by_id} if notice.decided_by_id else set()
    return {*decided, *notice.overturned_by}


DECISION = Subject(
    kind=KIND,
    load=queries.notice,
    deciders=_deciders,
    verb=Verb.NOTICES,
    category_id=lambda notice: notice.post.thread.category_id,
    may_appeal=_may_appeal,
    grant=deciding.overturn,
    template="moderation/notices/_thing.html",
    name=_l("The decision about a notice of illegal content"),
    place=lambda notice: (notice.post.thread_id, notice.post_id),
)


def matter_of_notice(notice: Notice) -> Matter:
    """What an appeal against the decision about this notice is about."""
    return Matter(DECISION, notice.id, notice)
