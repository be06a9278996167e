"""What lists and pages of threads show. Every function asks a number of questions that does not depend on how much there is.

Lists are walked by a key (moment and id of the last row shown), so that the thousandth page costs what the first one does.
They show what a stranger may see, the same for all readers; held and hidden threads are found at the desk and by their address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from ..accounts.models import STAFF_ROLES, Person
from ..core import clock
from ..core.extensions import Question, db
from ..core.limits import LIST_ROWS
from .addresses import last_page, numbers_on
from .grounds import why_hidden
from .models import Alias, Category, CategoryAlias, MeToo, Post, Solution, Tag, TagSynonym, Thread, ThreadTag, Vote
from .visibility import PUBLISHED, post_is_readable_by, visible_threads

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A tag that more threads carry is looked up along the list instead of sorting all that carry it.
_COMMON_TAG = 1_000


class Show(StrEnum):
    """What a list is narrowed to."""

    NEW = "new"
    NEEDS_ANSWER = "needs_answer"
    WAITING_FOR_YOU = "waiting_for_you"
    SOLVED = "solved"


@dataclass(frozen=True)
class Key:
    """Where a list goes on: after the row with this moment and id; or, going back, before it."""

    moment: datetime
    thread_id: int
    backwards: bool = False

    @staticmethod
    def read(text: str, *, backwards: bool = False) -> Key | None:
        """The key from an address, or None if it is none."""
        microseconds, _mark, thread_id = text.partition("_")
        if not (microseconds.isascii() and microseconds.isdigit() and thread_id.isascii() and thread_id.isdigit()):
            return None
        if len(microseconds) > 17 or len(thread_id) > 18:
            return None
        return Key(_EPOCH + timedelta(microseconds=int(microseconds)), int(thread_id), backwards)

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}_{self.thread_id}"


@dataclass(frozen=True)
class ThreadList:
    """One page of a list, and the keys of the pages beside it."""

    threads: Sequence[Thread]
    newer: Key | None = None
    older: Key | None = None


@dataclass(frozen=True)
class Within:
    """Which threads a list draws from: all, those of a category, of a tag, of an author."""

    category: Category | None = None
    tag: Tag | None = None
    author: Person | None = None
    #: Further conditions on Thread.
    only: tuple[ColumnElement[bool], ...] = ()


def threads_to_show(
    show: Show, within: Within, viewer: Person | None, key: Key | None, rows: int = LIST_ROWS
) -> ThreadList:
    """A page of threads with their categories, newest first by what the filter is about. A page is never half empty
    while there are rows: going back beyond the beginning leads to the first page."""
    column = _ordered_by(show)
    selected = _narrowed(_drawn_from(within), show, viewer).options(joinedload(Thread.category))
    found = list(db.session.scalars(_from_key(selected, column, key).limit(rows + 1)))
    page, has_more = found[:rows], len(found) > rows
    if key is not None and key.backwards:
        if not has_more:
            return threads_to_show(show, within, viewer, None, rows)
        page.reverse()
        return ThreadList(page, newer=replace(_key_of(page[0], show), backwards=True), older=_key_of(page[-1], show))
    return ThreadList(
        page,
        newer=replace(_key_of(page[0], show), backwards=True) if key and page else None,
        older=_key_of(page[-1], show) if has_more else None,
    )


def _ordered_by(show: Show) -> InstrumentedAttribute[Any]:
    if show is Show.NEEDS_ANSWER:
        return Thread.waiting_since
    return Thread.solved_at if show is Show.SOLVED else Thread.last_post_at


def _key_of(thread: Thread, show: Show) -> Key:
    return Key(getattr(thread, _ordered_by(show).key), thread.id)


def _from_key(selected: Select[Thread], column: InstrumentedAttribute[Any], key: Key | None) -> Select[Thread]:
    backwards = key is not None and key.backwards
    order = (column.asc(), Thread.id.asc()) if backwards else (column.desc(), Thread.id.desc())
    if key is not None:
        moment, thread_id = key.moment, key.thread_id
        beyond = column > moment if backwards else column < moment
        beside = Thread.id > thread_id if backwards else Thread.id < thread_id
        # The first condition alone lets the index be entered at the key.
        at_all = column >= moment if backwards else column <= moment
        selected = selected.where(at_all, or_(beyond, and_(column == moment, beside)))
    return selected.order_by(*order)


def _drawn_from(within: Within) -> Select[Thread]:
    selected = visible_threads(None).where(*within.only)
    if within.category is not None:
        selected = selected.where(Thread.category_id == within.category.id)
    if within.author is not None:
        selected = selected.where(Thread.author_id == within.author.id)
    if within.tag is not None:
        selected = selected.where(_carries(within.tag))
    return selected


def _carries(tag: Tag) -> ColumnElement[bool]:
    if tag.thread_count > _COMMON_TAG:
        return select(1).where(ThreadTag.thread_id == Thread.id, ThreadTag.tag_id == tag.id).exists()
    return Thread.id.in_(select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag.id))


def _narrowed(selected: Select[Thread], show: Show, viewer: Person | None) -> Select[Thread]:
    if show is Show.NEEDS_ANSWER:
        return selected.where(Thread.waiting_since.is_not(None))
    if show is Show.SOLVED:
        return selected.where(Thread.solved_at.is_not(None))
    if show is Show.WAITING_FOR_YOU:
        return selected.where(_waits_for(viewer))
    return selected


def _waits_for(viewer: Person | None) -> ColumnElement[bool]:
    return and_(
        Thread.author_id == (viewer.id if viewer else None),
        Thread.waiting_since.is_(None),
        Thread.solved_at.is_(None),
        Thread.closed_at.is_(None),
        Thread.locked_at.is_(None),
        Thread.duplicate_of_id.is_(None),
    )


def threads_waiting_for(person: Person, most: int = 5) -> Sequence[Thread]:
    """The person's own threads in which staff wait for them."""
    return threads_to_show(Show.WAITING_FOR_YOU, Within(), person, None, most).threads


def newly_solved(most: int = 6) -> Sequence[Thread]:
    """Solved cases, the newest first."""
    return threads_to_show(Show.SOLVED, Within(), None, None, most).threads


def thread_once_at(path: str, viewer: Person | None) -> Thread | None:
    """The thread that this address leads to since another one became part of it, if `viewer` may see it."""
    found = place_once_at(path, viewer)
    return found[0] if found else None


def place_once_at(path: str, viewer: Person | None) -> tuple[Thread, int | None] | None:
    """That thread, and the number of the post in it that the address leads to (None: to its beginning)."""
    place = visible_threads(viewer).join(Alias, Alias.thread_id == Thread.id).where(Alias.path == path)
    found = db.session.execute(place.add_columns(Alias.number)).first()
    return (found[0], found[1]) if found else None


def address_once(thread_id: int) -> str:
    """The path under which the address of a thread of this number is kept once it leads elsewhere."""
    return f"/threads/{thread_id}"


def categories() -> Sequence[Category]:
    """All categories that take threads, in their order."""
    return db.session.scalars(
        select(Category).where(Category.archived_at.is_(None)).order_by(Category.position, Category.id)
    ).all()


def category_named(slug: str) -> Category | None:
    """The category of this address, or of what was its address once; archived ones stay readable."""
    once = select(Category).join(CategoryAlias, CategoryAlias.category_id == Category.id)
    return db.session.scalar(select(Category).where(Category.slug == slug)) or db.session.scalar(
        once.where(CategoryAlias.slug == slug)
    )


def tag_named(name: str) -> Tag | None:
    """The tag of this name, however it is written; or the one that another word stands for."""
    by_synonym = select(Tag).join(TagSynonym, TagSynonym.tag_id == Tag.id)
    return db.session.scalar(select(Tag).where(Tag.name == name.casefold())) or db.session.scalar(
        by_synonym.where(TagSynonym.name == name.casefold())
    )


def staff() -> Sequence[Person]:
    """Everyone who answers for the company, by name."""
    return db.session.scalars(
        select(Person)
        .where(Person.role.in_(sorted(STAFF_ROLES)), Person.disabled_at.is_(None))
        .order_by(Person.display_name, Person.id)
    ).all()


@dataclass(frozen=True)
class HiddenPost:
    """What others see of a hidden post: that there was one, who hid it and why. Its text is not even loaded."""

    number: int
    by: str | None
    reason: Any


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread as one reader sees it."""

    thread: Thread
    number: int
    entries: Sequence[Post | HiddenPost]
    #: All solutions that may be read, the first one first, each with its post and the post's author.
    solutions: Sequence[Solution]
    #: The thread that this one duplicates, if the reader may see it.
    master: Thread | None
    #: Which posts helped the reader (ids), and 0 if they have this issue too.
    said: frozenset[int]

    def helped(self, post: Post) -> bool:
        """Did this post help the reader?"""
        return post.id in self.said

    @property
    def has_me_too(self) -> bool:
        """Does the reader have this issue too?"""
        return 0 in self.said

    @property
    def solution(self) -> Solution | None:
        """The first solution."""
        return self.solutions[0] if self.solutions else None

    @property
    def is_solution_further_down(self) -> bool:
        """Do other replies come before the solution, so that it has to stand under the question as well?"""
        return self.solution is not None and any(
            isinstance(entry, Post) and 1 < entry.number < self.solution.post.number for entry in self.entries
        )

    def is_solution(self, post: Post) -> bool:
        """Is this post one of the solutions?"""
        return any(solution.post_id == post.id for solution in self.solutions)


THREAD_PAGE = (
    joinedload(Thread.category),
    joinedload(Thread.author),
    joinedload(Thread.locked_by),
    selectinload(Thread.tags),
)


def thread_page(thread: Thread, page: int, viewer: Person | None) -> ThreadPage:
    """The page of a thread that was loaded with THREAD_PAGE."""
    me = viewer if viewer is not None and viewer.is_authenticated else None
    readable, solutions = _readable_posts(thread, page, viewer), _solutions(thread)
    for post in (*readable, *(solution.post for solution in solutions)):
        set_committed_value(post, "thread", thread)
    hidden = _hidden_posts(thread, page, but=[post.number for post in readable])
    return ThreadPage(
        thread=thread,
        number=page,
        entries=sorted([*readable, *hidden], key=lambda entry: entry.number),
        solutions=solutions,
        master=_master(thread, viewer),
        said=_said_by(me, thread, page),
    )


@dataclass(frozen=True)
class CommonPage:
    """One page of a thread as everyone sees it, detached from any session."""

    thread: Thread
    page: ThreadPage
    #: Those who see more than everyone: the authors of what is hidden or held here.
    see_more: frozenset[int]


def common_page(thread_id: int, number: int) -> CommonPage | None:
    """The page as a stranger sees it; None if it is nothing for strangers. Page numbers beyond the last show the last."""
    thread = db.session.scalar(visible_threads(None).where(Thread.id == thread_id).options(*THREAD_PAGE))
    if thread is None:
        return None
    shown = min(number, last_page(thread))
    hidden = select(Post.author_id).where(
        Post.thread_id == thread.id, Post.number.between(*numbers_on(shown)), Post.visibility != PUBLISHED
    )
    return CommonPage(thread, thread_page(thread, shown, None), frozenset(db.session.scalars(hidden)))


def for_reader(page: ThreadPage, reader: Person) -> ThreadPage:
    """The common page with what this reader said of it."""
    return replace(page, said=_said_by(reader, page.thread, page.number))


def _readable_posts(thread: Thread, page: int, viewer: Person | None) -> Sequence[Post]:
    return db.session.scalars(
        select(Post)
        .where(Post.thread_id == thread.id, Post.number.between(*numbers_on(page)), post_is_readable_by(viewer))
        .order_by(Post.number)
        .options(joinedload(Post.author), joinedload(Post.hidden_by), joinedload(Post.endorsement))
    ).all()


def post_numbered(thread: Thread, number: int, viewer: Person | None) -> Post | None:
    """The thread's post of this number with its author, if it may be read."""
    return db.session.scalar(
        select(Post)
        .where(Post.thread_id == thread.id, Post.number == number, post_is_readable_by(viewer))
        .options(joinedload(Post.author))
    )


def _hidden_posts(thread: Thread, page: int, but: list[int]) -> list[HiddenPost]:
    rows = db.session.execute(
        select(Post.number, Person.display_name, Post.hidden_reason, Post.hidden_ground)
        .outerjoin(Person, Person.id == Post.hidden_by_id)
        .where(Post.thread_id == thread.id, Post.number.between(*numbers_on(page)), Post.visibility == "hidden")
    )
    return [
        HiddenPost(number, by, why_hidden(reason, ground)) for number, by, reason, ground in rows if number not in but
    ]


def _solutions(thread: Thread) -> Sequence[Solution]:
    return db.session.scalars(
        select(Solution)
        .join(Solution.post)
        .where(Solution.thread_id == thread.id, Post.visibility == PUBLISHED)
        .order_by(Solution.at, Solution.post_id)
        .options(contains_eager(Solution.post).options(joinedload(Post.author), joinedload(Post.endorsement)))
        .limit(20)
    ).all()


def _master(thread: Thread, viewer: Person | None) -> Thread | None:
    if thread.duplicate_of_id is None:
        return None
    return db.session.scalar(visible_threads(viewer).where(Thread.id == thread.duplicate_of_id))


def _said_by(me: Person | None, thread: Thread, page: int) -> frozenset[int]:
    if me is None:
        return frozenset()
    first, last = numbers_on(page)
    return frozenset(post_id for (post_id,) in _SAID(person_id=me.id, thread_id=thread.id, first=first, last=last))


_HELPED = (
    select(Vote.post_id)
    .join(Post, Post.id == Vote.post_id)
    .where(
        Post.thread_id == bindparam("thread_id", type_=Integer),
        Post.number.between(bindparam("first", type_=Integer), bindparam("last", type_=Integer)),
        Vote.person_id == bindparam("person_id", type_=Integer),
    )
)
_HAS_THIS_TOO = select(literal_column("0", Integer)).where(
    MeToo.thread_id == bindparam("thread_id", type_=Integer), MeToo.person_id == bindparam("person_id", type_=Integer)
)
_SAID = Question(union_all(_HELPED, _HAS_THIS_TOO))


def solutions_by(person: Person, most: int = 10) -> tuple[int, Sequence[Thread]]:
    """How many threads this person's replies solved, and the newest of them."""
    solved = (
        visible_threads(None)
        .join(Solution, Solution.thread_id == Thread.id)
        .join(Post, Post.id == Solution.post_id)
        .where(Post.author_id == person.id, Post.visibility == PUBLISHED)
        .distinct()
    )
    count = db.session.scalar(select(func.count()).select_from(solved.with_only_columns(Thread.id).subquery())) or 0
    newest = solved.order_by(Thread.solved_at.desc(), Thread.id.desc()).options(joinedload(Thread.category)).limit(most)
    return count, db.session.scalars(newest).all()


@dataclass(frozen=True)
class FirstAnswers:
    """How long questions waited: those that were answered until they were, the others until now."""

    answered: Sequence[timedelta]
    unanswered: Sequence[timedelta]


def first_answers(since: datetime) -> FirstAnswers:
    """The waits of customers' public questions asked since then."""
    rows = db.session.execute(
        select(Thread.created_at, Thread.first_answered_at)
        .join(Post, and_(Post.thread_id == Thread.id, Post.number == 1))
        .where(Thread.visibility == PUBLISHED, Thread.created_at >= since, Post.by_staff.is_(False))
    ).all()
    moment = clock.now()
    return FirstAnswers(
        answered=[answered - asked for asked, answered in rows if answered is not None],
        unanswered=[moment - asked for asked, answered in rows if answered is None],
    )


def threads_by(person: Person) -> int:
    """How many threads they opened, wherever those are now."""
    return db.session.scalar(select(func.count()).select_from(Thread).where(Thread.author_id == person.id)) or 0


def posts_by(person: Person) -> int:
    """How many posts they wrote, the openings of their threads among them."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.author_id == person.id)) or 0
