"""Categories, tags, threads, posts and what people say of them.

A thread's state (needs staff, waiting for customer, solved, closed) is derived, never typed. The columns here that repeat
something (counts, `waiting_since`, `solved_at`) exist because a list sorts or filters by them; `states.py` keeps them, and
`flask doctor` repairs them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Person
from ..core.columns import Base, Id, OptionalPersonId, PersonId, UTCDateTime, Word


class Category(Base):
    """A room of the forum. Its texts are the site's own, in both languages."""

    __tablename__ = "categories"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_de: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    description_de: Mapped[str] = mapped_column(String(300), default="")
    description_en: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    thread_count: Mapped[int] = mapped_column(default=0)
    #: Grows with every change of what it says; a change names the one it started from.
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    def name_in(self, language: str) -> str:
        """The name in 'de' or 'en'."""
        return self.name_de if language == "de" else self.name_en

    def description_in(self, language: str) -> str:
        """The description in 'de' or 'en'."""
        return self.description_de if language == "de" else self.description_en


class CategoryAlias(Base):
    """What once stood in a category's address; it leads there for ever."""

    __tablename__ = "category_aliases"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), index=True)


class Tag(Base):
    """A word that threads share; lower case."""

    __tablename__ = "tags"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(30), unique=True)
    thread_count: Mapped[int] = mapped_column(default=0)


class TagSynonym(Base):
    """Another word for a tag: who types it means the tag. One that was a tag's own name (`was_tag`) is an old address, too."""

    __tablename__ = "tag_synonyms"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)
    was_tag: Mapped[bool] = mapped_column(default=False)


class ThreadTag(Base):
    """This thread carries this tag."""

    __tablename__ = "thread_tags"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)


class State(StrEnum):
    """What a thread is waiting for."""

    NEEDS_STAFF = "needs_staff"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


def state_of(*, is_solved: bool, is_over: bool, is_waiting: bool) -> State:
    """Solved wins over everything; a closed, locked or duplicate thread is closed; else it is who spoke last."""
    if is_solved:
        return State.SOLVED
    if is_over:
        return State.CLOSED
    return State.NEEDS_STAFF if is_waiting else State.WAITING


class Thread(Base):
    """A service issue in public: an opening post and its replies."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_listed", "visibility", "last_post_at", "id"),
        Index("ix_threads_category_listed", "category_id", "visibility", "last_post_at", "id"),
        Index("ix_threads_waiting", "visibility", "waiting_since", "id"),
        Index("ix_threads_solved", "visibility", "solved_at", "id"),
        Index("ix_threads_category_waiting", "category_id", "visibility", "waiting_since", "id"),
        Index("ix_threads_category_solved", "category_id", "visibility", "solved_at", "id"),
        Index("ix_threads_slug", "slug"),
        Index("ix_threads_author", "author_id", "last_post_at"),
    )

    id: Mapped[Id]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2))
    visibility: Mapped[Word] = mapped_column(default="published")  # published, held, hidden, removed
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_post_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_post_by_id: Mapped[OptionalPersonId]
    #: Since when a customer waits for an answer; None while nobody does (answered, solved, closed).
    waiting_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    solved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_by_id: Mapped[OptionalPersonId]
    lock_reason: Mapped[str | None] = mapped_column(Text)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"), index=True)
    #: When any of its posts was last edited; robots are told.
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The number that the next post gets; never reused, so permalinks and pages stay.
    next_number: Mapped[int] = mapped_column(default=1)
    reply_count: Mapped[int] = mapped_column(default=0)
    me_too_count: Mapped[int] = mapped_column(default=0)
    #: Grows with every change that a reader could see; cached pages are checked against it.
    version: Mapped[int] = mapped_column(default=1)

    category: Mapped[Category] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=[author_id])
    last_post_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Thread.last_post_by_id")
    locked_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Thread.locked_by_id")
    tags: Mapped[list[Tag]] = relationship(secondary="thread_tags", lazy="raise", order_by=Tag.name)
    solutions: Mapped[list[Solution]] = relationship(
        lazy="raise", back_populates="thread", order_by="Solution.at", viewonly=True
    )
    duplicate_of: Mapped[Thread | None] = relationship(lazy="raise", remote_side="Thread.id")

    @property
    def is_over(self) -> bool:
        """Solved, closed, locked or a duplicate: nobody waits for an answer here."""
        return any((self.solved_at, self.closed_at, self.locked_at, self.duplicate_of_id))

    @property
    def state(self) -> State:
        """What the thread is waiting for."""
        return state_of(
            is_solved=self.solved_at is not None, is_over=self.is_over, is_waiting=self.waiting_since is not None
        )


class Post(Base):
    """The opening post (number 1) or a reply. `html` was made safe when it was written; pages show it as it is."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "number", name="uq_posts_thread_number"),
        Index("ix_posts_author", "author_id", "created_at"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="RESTRICT"))
    #: Was the author staff when this was written?
    by_staff: Mapped[bool] = mapped_column(default=False)
    reply_to_number: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    source_format: Mapped[Word] = mapped_column(default="markdown")  # markdown, or html for imported posts
    html: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text)
    renderer_version: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(2))
    visibility: Mapped[Word] = mapped_column(default="published")  # published, held, hidden, removed
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_by_id: Mapped[OptionalPersonId]
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    #: Why the site hid it by itself (`grounds`); None where somebody of the staff gave a reason.
    hidden_ground: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    edited_by_id: Mapped[OptionalPersonId]
    #: The number of the current revision; an edit names the one it started from.
    revision: Mapped[int] = mapped_column(default=1)
    helpful_count: Mapped[int] = mapped_column(default=0)
    #: Votes that came with an import and have no person.
    helpful_imported: Mapped[int] = mapped_column(default=0)

    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=[author_id])
    edited_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Post.edited_by_id")
    hidden_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys="Post.hidden_by_id")
    solution: Mapped[Solution | None] = relationship(lazy="raise", back_populates="post", uselist=False)
    endorsement: Mapped[Endorsement | None] = relationship(lazy="raise", uselist=False, viewonly=True)


class Revision(Base):
    """How a post read at one time. Number 1 is the first; every edit adds one."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("post_id", "number", name="uq_revisions_post_number"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[PersonId]
    reason: Mapped[str] = mapped_column(String(200), default="")

    by: Mapped[Person] = relationship(lazy="raise")


class Vote(Base):
    """ "Helped me", said by one person of one reply."""

    __tablename__ = "votes"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class MeToo(Base):
    """ "I have this too", said by one person of one thread."""

    __tablename__ = "me_toos"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Solution(Base):
    """This reply solved the thread: who said so, when, and as what ('asker' or 'staff')."""

    __tablename__ = "solutions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[PersonId]
    by_role: Mapped[Word]
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="raise", back_populates="solution")
    thread: Mapped[Thread] = relationship(lazy="raise", back_populates="solutions")
    by: Mapped[Person] = relationship(lazy="raise")


class Endorsement(Base):
    """The company stands by this reply: an official answer."""

    __tablename__ = "endorsements"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[PersonId]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Closing(Base):
    """Who closed a thread (None: it closed by itself) and why. When, says the thread."""

    __tablename__ = "closings"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[OptionalPersonId]
    reason: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship(lazy="raise")


class Alias(Base):
    """An address that once led to a thread or post and now leads to another; for ever."""

    __tablename__ = "aliases"

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
