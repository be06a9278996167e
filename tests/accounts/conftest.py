"""What the tests of accounts share: a letter box, and a customer who has a password."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts import passwords
from community.accounts.models import Person
from community.accounts.queries import person_named
from community.core import worker
from community.core.extensions import db
from community.core.mailer import Mail
from tests.making import PASSWORD, Make


class LetterBox:
    """All mails that were sent; looking into it lets the worker run first."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def all(self) -> list[Mail]:
        """Every mail, the oldest first."""
        db.session.rollback()
        with self._app.app_context():
            worker.run_all()
        return list(db.session.scalars(select(Mail).order_by(Mail.id)))

    def names(self) -> list[tuple[str, str]]:
        """Which mail went to whom, the oldest first."""
        return [(mail.name, mail.address) for mail in self.all()]

    def last(self, name: str) -> Mail:
        """The last mail of this name."""
        return [mail for mail in self.all() if mail.name == name][-1]

    def path(self, name: str) -> str:
        """The path of the first link in the last mail of this name."""
        found = re.search(r"http://localhost(/\S+)", self.last(name).text)
        assert found is not None
        return found[1]


@pytest.fixture
def letters(app: Flask) -> LetterBox:
    """The mails of this test."""
    return LetterBox(app)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once: hashing is slow on purpose."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def alice(make: Make, password_hash: str) -> Person:
    """A customer who can log in with PASSWORD."""
    return make.person("alice", password_hash=password_hash)


@pytest.fixture
def bob(make: Make, password_hash: str) -> Person:
    """Another customer."""
    return make.person("bob", password_hash=password_hash)


def now(name: str) -> Person:
    """The person as the database has them now."""
    db.session.rollback()
    person = person_named(name)
    assert person is not None
    return person


def as_shown(page: str, *typed: str) -> str:
    """The page without what always differs: its tokens, and what was typed into it."""
    page = re.sub(r'name="(csrf_token|idempotency_key)" value="[^"]*"', "", page)
    for text in typed:
        page = page.replace(f'value="{text}"', "")
    return page
