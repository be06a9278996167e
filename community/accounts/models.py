"""Persons, their sessions and the secrets that are mailed to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.columns import Base, Hash, Id, OptionalPersonId, PersonId, UTCDateTime, Word

ROLES = ("customer", "agent", "moderator", "admin")
STAFF_ROLES = frozenset({"agent", "moderator", "admin"})


class Person(UserMixin, Base):  # type: ignore[misc]
    """Somebody with a name here: a customer, a member of staff, or an author who was imported and cannot log in."""

    __tablename__ = "persons"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Word] = mapped_column(default="customer")
    language: Mapped[str] = mapped_column(String(2), default="de")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Since when there is nothing of them here but what they wrote in public.
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Until when they write nothing, or do nothing at all; kept by the sanctions, because every page asks.
    silenced_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    suspended_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    #: The secret of the session this person came with; set by the session loader, never stored here.
    session_token = ""
    #: When that session was last noted to be in use; set with it. Without a session there is nothing to note.
    session_seen_at = datetime.max.replace(tzinfo=UTC)

    @property
    def is_staff(self) -> bool:
        """Agent, moderator or admin."""
        return self.role in STAFF_ROLES

    @property
    def is_active(self) -> bool:
        """May this person use the account at all?"""
        return self.disabled_at is None

    @property
    def is_verified(self) -> bool:
        """Has the mail address been confirmed?"""
        return self.email_verified_at is not None

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the session's secret, never the person's id."""
        return self.session_token

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.name}>"


class ReservedName(Base):
    """A user name that nobody can have again, because who had it was erased: the hash of its key."""

    __tablename__ = "reserved_names"

    name_hash: Mapped[Hash] = mapped_column(primary_key=True)
    reserved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Session(Base):
    """One browser in which somebody is logged in. Only the hash of its secret is stored; ending it is deleting it."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    person_id: Mapped[PersonId]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    network: Mapped[str] = mapped_column(String(64), default="")

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Registration(Base):
    """Somebody asked for an account. It becomes a person once the address is confirmed; until then nobody sees it."""

    __tablename__ = "registrations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    display_name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Token(Base):
    """A secret that was mailed: what it is for, until when, and whether it was used. Only its hash is stored.

    It belongs to a person, or (`person` is None) to the registration that its payload names.
    """

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_person_purpose", "person_id", "purpose"),)

    id: Mapped[Id]
    secret_hash: Mapped[Hash] = mapped_column(unique=True)
    purpose: Mapped[Word]
    person_id: Mapped[OptionalPersonId]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person | None] = relationship(lazy="joined")


class Permission(Base):
    """One thing that staff of a role, or one person, may or may not do: in a category, or (None) where nothing nearer is said."""

    __tablename__ = "permissions"
    id: Mapped[Id]
    role: Mapped[str | None] = mapped_column(String(40))
    person_id: Mapped[OptionalPersonId]
    verb: Mapped[Word]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
    is_allowed: Mapped[bool]
    #: Of whom, what and where, in one word: it is said once.
    said_key: Mapped[str] = mapped_column(String(120), unique=True)
