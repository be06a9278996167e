"""A thread of Alice's that Carol answered, Alice's signed addresses, and mails as programs write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from community.accounts.models import Person
from community.core.extensions import db
from community.reply_by_email.addresses import Purpose, address_for
from community.threads.models import Post, Thread
from tests.making import Cast, Make

MAILS = Path(__file__).parent / "mails"


@dataclass
class Letters:
    """Alice's thread and how she answers it."""

    thread: Thread
    alice: Person

    def address(self, purpose: Purpose = Purpose.PUBLIC, person: Person | None = None) -> str:
        """Where she answers."""
        found = address_for(purpose, (person or self.alice).id, self.thread.id)
        assert found is not None
        return found

    def mail(self, name: str, address: str = "") -> bytes:
        """The mail of this name, sent there."""
        return (MAILS / f"{name}.eml").read_bytes().replace(b"TO", (address or self.address()).encode())

    def plain(
        self, text: str, *, address: str = "", sent_by: str = "alice@example.org", head: str = "", key: str = "1"
    ) -> bytes:
        """A short mail of hers."""
        lines = [
            head.strip(),
            f"Message-ID: <{key}@mail.example.org>",
            f"From: {sent_by}",
            f"To: {address or self.address()}",
            "Content-Type: text/plain; charset=utf-8",
        ]
        return ("\n".join(line for line in lines if line) + f"\n\n{text}\n").encode()

    def answers(self) -> list[str]:
        """What she replied, in order."""
        db.session.rollback()
        rows = db.session.query(Post).filter(
            Post.thread_id == self.thread.id, Post.number > 1, Post.author_id == self.alice.id
        )
        return [post.source for post in rows.order_by(Post.number)]


@pytest.fixture
def letters(make: Make, cast: Cast) -> Letters:
    """Alice's thread, with an answer by Carol."""
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.carol)
    return Letters(thread, cast.alice)


@contextmanager
def setting(app: Flask, **values: object) -> Iterator[None]:
    """These settings for a while."""
    before = {name: app.config[name] for name in values}
    app.config.update(values)
    yield
    app.config.update(before)
