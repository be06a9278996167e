"""From threads of the dump to threads of the forum: what is missing here is rendered and stored, and nothing else.

What was imported before stays as it is now, with its edits, moves and marks. Replies, votes and the solution that a
later dump brings are added. No person is told: the one fact that is recorded is that the thread was imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from ...core import events, limits, pages
from ...core.events import Action
from ...core.extensions import db
from ...core.text import Rendered, excerpt, normalise, render, render_html
from ...threads.changing import mark_changed
from ...threads.models import Post, Revision, Solution, Thread
from ...threads.posting import count_in_category, slug_of
from ...threads.states import derive
from ...threads.tagging import put_tags
from .. import ledger
from ..authors import Author, persons_of
from ..models import Kind
from ..report import Report
from .composing import DumpPost, DumpThread, Key


@dataclass(frozen=True)
class Target:
    """Where an import goes: the name of its source, the category of new threads, the language of posts."""

    source: str
    category_id: int
    language: str


@dataclass(frozen=True)
class _Here:
    """A post that was imported before."""

    id: int
    thread_id: int
    number: int
    votes: int


@dataclass(frozen=True)
class Plan:
    """What is missing here of one thread. `local_id` is None while the thread itself is."""

    thread: DumpThread
    local_id: int | None
    here: Mapping[Key, _Here]
    missing: list[DumpPost]
    more_votes: list[DumpPost]
    is_solution_missing: bool

    @property
    def is_empty(self) -> bool:
        """Is everything here already?"""
        return not (self.missing or self.more_votes or self.is_solution_missing)


Words = Mapping[Key, Rendered]


def plan(batch: list[DumpThread], source: str) -> list[Plan]:
    """What is missing of each thread; those of which nothing is are left out. Reads only."""
    threads = ledger.known(source, Kind.THREAD, (thread.id for thread in batch))
    accepted = (thread.accepted[1] for thread in batch if thread.accepted)
    solutions = ledger.known(source, Kind.SOLUTION, accepted)
    here = _posts_here(source, [post.key for thread in batch for post in thread.posts])
    plans = (
        Plan(
            thread=thread,
            local_id=threads.get(str(thread.id)),
            here={post.key: here[post.key] for post in thread.posts if post.key in here},
            missing=[post for post in thread.posts if post.key not in here],
            more_votes=[post for post in thread.posts if post.key in here and post.votes > here[post.key].votes],
            is_solution_missing=thread.accepted is not None and str(thread.accepted[1]) not in solutions,
        )
        for thread in batch
    )
    return [each for each in plans if not each.is_empty]


def _posts_here(source: str, keys: list[Key]) -> dict[Key, _Here]:
    ids: dict[int, Key] = {}
    for kind in (Kind.POST, Kind.COMMENT):
        known = ledger.known(source, kind, (number for its_kind, number in keys if its_kind is kind))
        ids |= {local_id: (kind, int(foreign_id)) for foreign_id, local_id in known.items()}
    here: dict[Key, _Here] = {}
    for some in ledger.chunks(ids, ledger.IDS_PER_QUERY):
        for row in db.session.execute(
            select(Post.id, Post.thread_id, Post.number, Post.helpful_imported).where(Post.id.in_(some))
        ):
            here[ids[row.id]] = _Here(row.id, row.thread_id, row.number, row.helpful_imported)
    return here


def render_missing(plans: list[Plan], report: Report, files: Mapping[Kind, str]) -> Words:
    """The missing posts as safe HTML; `files` names the files for the report. Call it outside `writing()`."""
    words: dict[Key, Rendered] = {}
    for post in (post for each in plans for post in each.missing):
        words[post.key] = render(post.body) if post.is_comment else render_html(post.body)
        if words[post.key].degraded:
            report.problem(files[post.key[0]], post.key[1], "too large or too deep to render: shown as it was written")
    return words


def store(plans: list[Plan], words: Words, target: Target) -> int:
    """Store what is missing; returns how many helpful votes came with it. Call it inside `writing()`."""
    people = persons_of(target.source, (author for each in plans for author in _authors(each)), target.language)
    votes = sum(_store_one(each, words, people, target) for each in plans)
    count_in_category(target.category_id, sum(each.local_id is None for each in plans))
    pages.touch(pages.LISTS)
    return votes


def _authors(each: Plan) -> list[Author]:
    return [who for post in each.missing for who in (post.author, post.editor) if who]


def _store_one(each: Plan, words: Words, people: Mapping[Author, int], target: Target) -> int:
    if each.local_id is None:
        thread = _open_thread(each.thread, words, people, target)
    else:
        thread = db.session.get_one(Thread, each.local_id, with_for_update=True)
    posts = _add_posts(thread, each, words, people, target)
    if each.is_solution_missing:
        _mark_solution(thread, each, posts, target.source)
    votes = sum(post.votes for post in each.missing) + _add_votes(each)
    db.session.flush()
    derive(thread)
    if each.local_id is not None:
        mark_changed(thread)
    events.record(Action.THREAD_IMPORTED, actor_id=None, thread_id=thread.id)
    return votes


def _open_thread(dumped: DumpThread, words: Words, people: Mapping[Author, int], target: Target) -> Thread:
    opening = dumped.posts[0]
    title = dumped.title or excerpt(words[opening.key].plain, limits.TITLE_MAX) or f"#{dumped.id}"
    thread = Thread(
        category_id=target.category_id,
        author_id=people[opening.author],
        title=title,
        slug=slug_of(title),
        language=target.language,
        created_at=opening.written_at,
        last_post_at=opening.written_at,
        closed_at=dumped.closed_at,
        next_number=1,
    )
    db.session.add(thread)
    db.session.flush()
    put_tags(thread, dumped.tags)
    ledger.enter(target.source, Kind.THREAD, dumped.id, thread.id)
    return thread


def _add_posts(
    thread: Thread, each: Plan, words: Words, people: Mapping[Author, int], target: Target
) -> dict[Key, Post]:
    numbers = {key: post.number for key, post in each.here.items() if post.thread_id == thread.id}
    posts: dict[Key, Post] = {}
    for number, dumped in enumerate(each.missing, start=thread.next_number):
        numbers[dumped.key] = number
        posts[dumped.key] = Post(
            thread_id=thread.id,
            number=number,
            author_id=people[dumped.author],
            reply_to_number=numbers.get(dumped.comments_on) if dumped.comments_on else None,
            source=normalise(dumped.body),
            source_format="markdown" if dumped.is_comment else "html",
            html=words[dumped.key].html,
            plain=words[dumped.key].plain,
            renderer_version=words[dumped.key].version,
            language=target.language,
            created_at=dumped.written_at,
            edited_at=dumped.edited_at,
            edited_by_id=people[dumped.editor] if dumped.editor else None,
            helpful_count=dumped.votes,
            helpful_imported=dumped.votes,
        )
    thread.next_number += len(posts)
    db.session.add_all(posts.values())
    db.session.flush()
    for key, post in posts.items():
        ledger.enter(target.source, key[0], key[1], post.id)
        db.session.add(_first_revision(post, thread))
    return posts


def _first_revision(post: Post, thread: Thread) -> Revision:
    """The text as it came; what it said before its last edit elsewhere is not in a dump."""
    return Revision(
        post_id=post.id,
        number=1,
        title=thread.title if post.number == 1 else None,
        source=post.source,
        at=post.edited_at or post.created_at,
        by_id=post.edited_by_id or post.author_id,
    )


def _mark_solution(thread: Thread, each: Plan, posts: Mapping[Key, Post], source: str) -> None:
    """The asker accepted it. A reply that was moved away from its thread since is left as it is."""
    key, at = each.thread.accepted, each.thread.accepted_at
    assert key is not None
    assert at is not None
    post_id, thread_id = (posts[key].id, thread.id) if key in posts else (each.here[key].id, each.here[key].thread_id)
    ledger.enter(source, Kind.SOLUTION, key[1], post_id)
    if thread_id == thread.id and db.session.get(Solution, post_id) is None:
        db.session.add(Solution(post_id=post_id, thread_id=thread.id, by_id=thread.author_id, by_role="asker", at=at))


def _add_votes(each: Plan) -> int:
    """Votes that a later dump brings for posts that are here; those of persons of this site stay beside them."""
    for post in each.more_votes:
        db.session.execute(
            update(Post)
            .where(Post.id == each.here[post.key].id)
            .values(helpful_imported=post.votes, helpful_count=Post.helpful_count - Post.helpful_imported + post.votes)
            .execution_options(synchronize_session=False)
        )
    return sum(post.votes - each.here[post.key].votes for post in each.more_votes)
