"""What is held and why, what was decided; and in which categories whose posts are held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core.columns import Base, Id, OptionalPersonId, UTCDateTime, Word
from community.threads.models import Category, Post


class HeldPost(Base):
    """A post that staff look at, or looked at, before it is public; with what its author wanted to happen then."""

    __tablename__ = "held_posts"
    __table_args__ = (Index("ix_held_posts_decided", "decided_at", "id"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)
    #: Each with `ground` and `detail`.
    grounds: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    mentioned: Mapped[list[int]] = mapped_column(JSON, default=list)
    reopens: Mapped[bool] = mapped_column(default=False)
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[OptionalPersonId]
    outcome: Mapped[Word | None]  # approved, rejected
    reason: Mapped[str | None] = mapped_column(Text)

    post: Mapped[Post] = relationship(lazy="raise")
    decided_by: Mapped[Person | None] = relationship(lazy="raise")


class ApprovalRule(Base):
    """Whose posts are held in a category. A category without a row is as `setting.USUAL` says."""

    __tablename__ = "approval_rules"

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True)
    #: All posts of authors with fewer public posts than this; 0: of nobody.
    first_posts: Mapped[int]
    #: Posts that link elsewhere, of authors with fewer public posts than this; 0: of nobody.
    link_posts: Mapped[int]

    category: Mapped[Category] = relationship(lazy="raise")
