"""Examples, and the counts that follow from them.

An example is learnt once, unlearnt exactly, and forgotten when many newer ones came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import delete, select

from community.core import clock
from community.core.extensions import db, insert, writing

from .learning import EVERY, NEVER, Seen
from .models import SpamExample, SpamMark

#: So many examples of each kind count, the newest: spam changes, and what is learnt stays small.
KEPT = 5_000
_AT_ONCE = 10_000


def put(post_id: int, marks: Collection[str], *, is_spam: bool, event_id: int) -> None:
    """Learn this post as spam or as none. The latest event's word counts; twice is once. Call it inside `writing()`."""
    columns = {"is_spam": is_spam, "marks": sorted(marks), "event_id": event_id, "learnt_at": clock.now()}
    row = insert(SpamExample).values(post_id=post_id, **columns).on_conflict_do_nothing()
    if db.session.scalar(row.returning(SpamExample.post_id)) is None and not _is_news(post_id, columns):
        return
    _count(marks, is_spam, 1)
    _forget_the_oldest(is_spam)


def _is_news(post_id: int, columns: dict[str, object]) -> bool:
    """An example is there already: put the new word in its place, if it is a later and another one."""
    known = db.session.get_one(SpamExample, post_id, with_for_update=True, populate_existing=True)
    if known.event_id >= columns["event_id"]:  # type: ignore[operator]
        return False
    if known.is_spam != columns["is_spam"]:
        _count(known.marks, known.is_spam, -1)
        for name, value in columns.items():
            setattr(known, name, value)
        return True
    known.event_id = columns["event_id"]  # type: ignore[assignment]
    return False


def _count(marks: Collection[str], is_spam: bool, change: int) -> None:
    """So many examples of this kind more have these marks. In one order, so that two never wait for each other."""
    spam, ham = (change, 0) if is_spam else (0, change)
    statement = insert(SpamMark)
    statement = statement.on_conflict_do_update(
        index_elements=[SpamMark.mark],
        set_={"spam": SpamMark.spam + statement.excluded.spam, "ham": SpamMark.ham + statement.excluded.ham},
    )
    rows = [{"mark": mark, "spam": spam, "ham": ham} for mark in sorted({EVERY, *marks})]
    db.session.connection().execute(statement, rows)
    if change < 0:
        _drop_unused(marks)


def _drop_unused(marks: Collection[str]) -> None:
    for some in _some(sorted(marks)):
        db.session.execute(delete(SpamMark).where(SpamMark.mark.in_(some), SpamMark.spam <= 0, SpamMark.ham <= 0))


def _forget_the_oldest(is_spam: bool) -> None:
    seen = counts_of(()).get(EVERY, NEVER)
    if (seen.spam if is_spam else seen.ham) > KEPT:
        oldest = select(SpamExample.post_id).where(SpamExample.is_spam.is_(is_spam))
        forget(db.session.scalar(oldest.order_by(SpamExample.learnt_at, SpamExample.post_id).limit(1)))


def forget(post_id: int | None) -> None:
    """As if this post had never been learnt. Call it inside `writing()`."""
    example = db.session.get(SpamExample, post_id, with_for_update=True) if post_id is not None else None
    if example is not None:
        _count(example.marks, example.is_spam, -1)
        db.session.delete(example)
        db.session.flush()


def counts_of(marks: Collection[str]) -> dict[str, Seen]:
    """What is known of these marks, and of all examples together; unknown ones are left out."""
    found: dict[str, Seen] = {}
    for some in _some(sorted({EVERY, *marks})):
        rows = db.session.execute(select(SpamMark.mark, SpamMark.spam, SpamMark.ham).where(SpamMark.mark.in_(some)))
        found |= {mark: Seen(spam, ham) for mark, spam, ham in rows}
    return found


def _some(marks: list[str]) -> Iterator[list[str]]:
    """A few at once: a statement takes so many and no more."""
    return (marks[begin : begin + _AT_ONCE] for begin in range(0, len(marks), _AT_ONCE))


# --- The doctor's


def drift() -> Iterator[str]:
    """One sentence if the counts are not what the examples say."""
    wrong = sum(1 for _mark in _differences())
    if wrong:
        yield f"what the spam scorer counted differs from its examples in {wrong} marks"


def recount() -> int:
    """Count anew what differs; returns how many marks did."""
    with writing():
        differences = list(_differences())
        for some in _some([mark for mark, _seen in differences]):
            db.session.execute(delete(SpamMark).where(SpamMark.mark.in_(some)))
        rows = [{"mark": mark, "spam": seen.spam, "ham": seen.ham} for mark, seen in differences if seen != NEVER]
        if rows:
            db.session.connection().execute(insert(SpamMark), rows)
    return len(differences)


def _differences() -> list[tuple[str, Seen]]:
    spam: Counter[str] = Counter()
    ham: Counter[str] = Counter()
    for is_spam, marks in db.session.execute(select(SpamExample.is_spam, SpamExample.marks)).yield_per(500):
        (spam if is_spam else ham).update({EVERY, *marks})
    stored = {
        mark: Seen(*seen) for mark, *seen in db.session.execute(select(SpamMark.mark, SpamMark.spam, SpamMark.ham))
    }
    counted = {mark: Seen(spam[mark], ham[mark]) for mark in {*spam, *ham, *stored}}
    return [(mark, seen) for mark, seen in sorted(counted.items()) if stored.get(mark, NEVER) != seen]
