"""From threads to what the index knows of them. Only what a stranger may read goes in; everything else comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from community.core.extensions import db
from community.intake.requests.queries import Facts, facts_of_threads, lines_of
from community.threads.models import Post, Solution, Thread
from community.threads.visibility import may_be_indexed

from .documents import SolvedCase
from .languages import Language

BATCH = 300
REPLIES_MAX = 20_000  # characters of all replies together; the solution counts apart


def cases_of(thread_ids: Iterable[int]) -> tuple[list[SolvedCase], list[int]]:
    """These threads as the index should know them, and the ids of those that it should not know."""
    wanted = sorted(set(thread_ids))
    threads = list(
        db.session.scalars(
            select(Thread).where(Thread.id.in_(wanted)).options(joinedload(Thread.author), selectinload(Thread.tags))
        )
    )
    public = [thread for thread in threads if may_be_indexed(thread)]
    posts = _public_posts([thread.id for thread in public])
    answered = facts_of_threads([thread.id for thread in public], {thread.id: thread.language for thread in public})
    cases = [_case(thread, posts[thread.id], answered.get(thread.id)) for thread in public if posts[thread.id]]
    known = {case.thread_id for case in cases}
    return cases, [thread_id for thread_id in wanted if thread_id not in known]


def all_cases() -> Iterator[SolvedCase]:
    """Every public thread, in order of its id, read in batches."""
    last = 0
    while True:
        ids = list(
            db.session.scalars(
                select(Thread.id)
                .where(Thread.id > last, Thread.visibility == "published")
                .order_by(Thread.id)
                .limit(BATCH)
            )
        )
        if not ids:
            return
        yield from cases_of(ids)[0]
        last = ids[-1]
        db.session.expunge_all()


def _public_posts(thread_ids: Sequence[int]) -> dict[int, list[tuple[int, str, bool, int]]]:
    """Thread id -> (number, plain text, is it a solution, helpful votes) of its published posts in order."""
    rows = db.session.execute(
        select(Post.thread_id, Post.number, Post.plain, Solution.post_id.is_not(None), Post.helpful_count)
        .outerjoin(Solution, Solution.post_id == Post.id)
        .where(Post.thread_id.in_(thread_ids), Post.visibility == "published")
        .order_by(Post.thread_id, Post.number)
    )
    posts: dict[int, list[tuple[int, str, bool, int]]] = defaultdict(list)
    for thread_id, number, plain, is_solution, helpful in rows:
        posts[thread_id].append((number, plain, is_solution, helpful))
    return posts


def _case(thread: Thread, posts: list[tuple[int, str, bool, int]], answered: Facts | None) -> SolvedCase:
    language: Language = "en" if thread.language == "en" else "de"
    opening = next((plain for number, plain, _solution, _helpful in posts if number == 1), "")
    facts = lines_of(answered, language) if answered and opening else []  # they stand in the opening post
    return SolvedCase(
        thread_id=thread.id,
        language=language,
        title=thread.title,
        body="\n".join([opening, *facts]),
        solutions=tuple(plain for _number, plain, is_solution, _helpful in posts if is_solution),
        replies="\n".join(plain for number, plain, is_solution, _h in posts if number > 1 and not is_solution)[
            :REPLIES_MAX
        ],
        tags=tuple(tag.name for tag in thread.tags),
        category_id=thread.category_id,
        status=thread.state.value,
        author=thread.author.name_key,
        created_at=int(thread.created_at.timestamp()),
        last_post_at=int(thread.last_post_at.timestamp()),
        helpful=max((helpful for _n, _p, is_solution, helpful in posts if is_solution), default=0),
        me_too=thread.me_too_count,
        duplicate_of=thread.duplicate_of_id,
    )
