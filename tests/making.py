"""`make`: the few words with which tests set their scene. Everything goes through the verbs that pages use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person, Session
from community.core import clock, limits
from community.core.extensions import db, writing
from community.core.security import hash_token, new_token
from community.core.text.rendering import render_here
from community.threads import posting, solving
from community.threads.models import Category, Post, Thread
from community.threads.posting import Words

PASSWORD = "seven calm herons at dusk"


@dataclass
class Cast:
    """The persons of every story."""

    alice: Person
    bob: Person
    carol: Person
    dora: Person
    jana: Person


def words(source: str) -> Words:
    """Rendered as pages do it, but in this process."""
    return Words(source, render_here(source))


class Make:
    """Makes things in the database; returns them ready to use."""

    def person(self, name: str, role: str = "customer", **columns: Any) -> Person:
        """A person with a confirmed address `<name>@example.org`."""
        person = self._person(name, role, **columns)
        with writing():
            db.session.add(person)
        return person

    @staticmethod
    def _person(name: str, role: str = "customer", **columns: Any) -> Person:
        return Person(
            name=name,
            name_key=name.casefold(),
            display_name=columns.pop("display_name", name.capitalize()),
            email=f"{name}@example.org",
            email_key=f"{name}@example.org",
            email_verified_at=clock.now(),
            role=role,
            language=columns.pop("language", "en"),
            created_at=columns.pop("created_at", clock.ago(days=100)),
            **columns,
        )

    def cast(self) -> Cast:
        """Alice, Bob, Carol (agent), Dora (moderator), Jana (admin)."""
        cast = Cast(
            alice=self._person("alice"),
            bob=self._person("bob"),
            carol=self._person("carol", "agent"),
            dora=self._person("dora", "moderator"),
            jana=self._person("jana", "admin"),
        )
        with writing():
            for person in vars(cast).values():
                db.session.add(person)
                db.session.flush()  # in this order
        return cast

    def category(self, slug: str = "internet", **columns: Any) -> Category:
        """The category with this slug, made if it is missing."""
        found = db.session.scalar(select(Category).where(Category.slug == slug))
        if found is not None:
            return found
        with writing():
            category = Category(
                slug=slug, name_de=columns.pop("name_de", slug.capitalize()), name_en=slug.capitalize(), **columns
            )
            db.session.add(category)
        return category

    def thread(
        self,
        by: Person | None = None,
        title: str = "No internet since this morning",
        body: str = "The box blinks red and nothing works.",
        *,
        category: str = "internet",
        language: str = "en",
        tags: list[str] | None = None,
        solved: bool = False,
        replies: int = 0,
    ) -> Thread:
        """A thread; `solved=True` adds a staff reply that its asker marks."""
        asker = by or self._somebody("alice", "customer")
        room = self.category(category)
        opening = words(body)
        with writing():
            thread = posting.post_thread(
                by=asker, category=room, title=title, words=opening, language=language, tags=tags or []
            )
        for number in range(replies):
            self.reply(thread, asker, f"Another line, number {number}.")
        if solved:
            answer = self.reply(thread, self._somebody("carol", "agent"), "Restart the box; it takes two minutes.")
            with writing():
                solving.mark_solution(answer, by=asker)
        return thread

    def reply(self, thread: Thread, by: Person, body: str = "Have you tried the other socket?") -> Post:
        """A reply."""
        written = words(body)
        with writing():
            return posting.reply(thread, by=by, words=written)

    def _somebody(self, name: str, role: str) -> Person:
        return db.session.scalar(select(Person).where(Person.name == name)) or self.person(name, role)

    @staticmethod
    def sign_in(client: FlaskClient, person: Person) -> None:
        """Give this browser a session of `person`, as logging in would."""
        token = new_token()
        with writing():
            db.session.add(
                Session(
                    token_hash=hash_token(token),
                    person_id=person.id,
                    created_at=clock.now(),
                    seen_at=clock.now(),
                    expires_at=clock.now() + limits.STAFF_SESSION_ABSOLUTE,
                )
            )
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True


def app_setting(name: str) -> Any:
    """A setting of the app under test."""
    return current_app.config[name]
