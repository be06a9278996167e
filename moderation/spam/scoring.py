"""How spam-like a text is, by what this site has learnt, and what follows from that. Staff are not judged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.extensions import db

from ..approving.judging import Judgement, Outcome, Submission
from . import examples, learning
from .following import post_to_learn, text_of
from .learning import EVERY, NEVER, Counts, Seen
from .marks import Text, marks_of
from .models import SpamExample, SpamThresholds

#: How many decisions the scorer is checked against.
CHECKED = 50


@dataclass(frozen=True)
class Thresholds:
    """From how many percent on a post is held or refused; None: never. Nothing is refused by score unless the site says so."""

    hold_from: int | None = 90
    refuse_from: int | None = None

    def outcome(self, score: float | None) -> Outcome | None:
        """What becomes of a post with this score; None: it is published."""
        for limit, outcome in ((self.refuse_from, Outcome.REFUSE), (self.hold_from, Outcome.HOLD)):
            if score is not None and limit is not None and score * 100 >= limit:
                return outcome
        return None


def thresholds() -> Thresholds:
    """Those that are in force."""
    row = db.session.scalar(select(SpamThresholds))
    return Thresholds(row.hold_from, row.refuse_from) if row is not None else Thresholds()


def score_of(text: Text) -> float | None:
    """From 0 to 1; None while there is no opinion."""
    marks = marks_of(text)
    return learning.score(marks, examples.counts_of(marks))


def judge(submission: Submission) -> Judgement | None:
    """Held or refused for its score, which staff are shown in percent. An edit has to do worse than what it replaces."""
    author = db.session.get(Person, submission.author_id)
    if author is None or author.is_staff:
        return None
    age, limits = clock.now() - author.created_at, thresholds()
    score = score_of(Text(submission.title, submission.plain, submission.text, age))
    outcome = limits.outcome(score)
    if score is None or outcome is None or outcome <= _outcome_before(submission, limits):
        return None
    return Judgement(outcome, "spam", f"{score:.0%}")


def _outcome_before(submission: Submission, limits: Thresholds) -> int:
    """Of the post that is edited, as it stands; below every outcome if it would pass, or if there is none."""
    post = post_to_learn(submission.edited_id)
    return (limits.outcome(score_of(text_of(post))) or 0) if post is not None else 0


def learnt() -> Seen:
    """From how many examples of each kind."""
    return examples.counts_of(()).get(EVERY, NEVER)


@dataclass(frozen=True)
class Check:
    """What the scorer would have said of one decided post, had it not been told."""

    is_spam: bool
    outcome: Outcome | None


def checks(limits: Thresholds, most: int = CHECKED) -> list[Check]:
    """The last decisions, each judged by all the other examples alone; none while there is no opinion."""
    if min(learnt()) < learning.ENOUGH:
        return []
    newest = select(SpamExample.is_spam, SpamExample.marks).order_by(
        SpamExample.learnt_at.desc(), SpamExample.post_id.desc()
    )
    decided = [(is_spam, list(marks)) for is_spam, marks in db.session.execute(newest.limit(most))]
    counts = examples.counts_of({mark for _is_spam, marks in decided for mark in marks})
    scores = [(is_spam, _without_itself(is_spam, marks, counts)) for is_spam, marks in decided]
    return [Check(is_spam, limits.outcome(score)) for is_spam, score in scores if score is not None]


def _without_itself(is_spam: bool, marks: list[str], counts: Counts) -> float | None:
    known = {mark: counts[mark] for mark in (EVERY, *marks) if mark in counts}
    return learning.score(marks, learning.unlearnt(known, marks, is_spam), enough=learning.ENOUGH - 1)
