"""Asking, as a browser does it: `asker_in(client)` walks the steps; `finds` says which solved cases the search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from community.core.extensions import db
from community.intake import similar
from community.intake.models import Draft
from community.intake.similar import SimilarCase
from community.threads.addresses import thread_address
from community.threads.models import Category, Thread
from tests.making import Make

TITLE = "No internet since the storm of last night"
BODY = "The box blinks red since yesterday evening. I have pulled the plug twice and waited for ten minutes."


@dataclass
class Asker:
    """Somebody at a browser who asks."""

    browser: FlaskClient

    def begin(self, title: str = TITLE, category: str = "internet", **fields: str) -> str:
        """Take the first step; returns the draft's secret."""
        self.browser.get("/ask")
        answer = self.browser.post("/ask", data={"category": category, "title": title} | fields)
        assert answer.status_code == 303, answer.text
        return secret_in(answer)

    def describe(self, secret: str, title: str = TITLE, body: str = BODY, **fields: Any) -> TestResponse:
        """Send the second step."""
        return self.browser.post(f"/ask/{secret}/describe", data={"title": title, "body": body} | fields)

    def autosave(self, secret: str, title: str = TITLE, body: str = BODY, **fields: Any) -> TestResponse:
        """Save as the page's script does."""
        sent = {"title": title, "body": body} | fields
        return self.browser.post(f"/drafts/{secret}", data=sent, headers={"X-Fragment": "1"})

    def ready(self, **fields: Any) -> str:
        """A draft that only needs to be posted; returns its secret."""
        secret = self.begin()
        assert self.describe(secret, **fields).status_code == 303
        return secret

    def post(self, secret: str) -> TestResponse:
        """Press the last button, as the page showed it."""
        return self.browser.post(f"/ask/{secret}/check", data={"version": draft_at(secret).version})


def secret_in(answer: TestResponse) -> str:
    """The secret in the address that an answer leads to."""
    return answer.location.split("/")[2]


def draft_at(secret: str) -> Draft:
    """The draft as it is stored now."""
    db.session.rollback()
    return db.session.scalars(select(Draft).where(Draft.secret == secret)).one()


@pytest.fixture
def room(make: Make) -> Category:
    """A category that takes threads."""
    return make.category("internet", description_en="Lines, boxes, WLAN.")


@pytest.fixture
def asker_in(app: Flask, room: Category) -> Callable[[FlaskClient], Asker]:
    """`asker_in(browser)`: somebody who asks there."""
    return Asker


@pytest.fixture
def finds(app: Flask) -> Iterator[Callable[..., None]]:
    """`finds(thread, ...)`: the search finds these from now on, whatever is asked."""
    before = similar._finder

    def find(*threads: Thread) -> None:
        ids = [thread.id for thread in threads]
        similar.provide(lambda title, body, language, viewer: [_case(db.session.get_one(Thread, id_)) for id_ in ids])

    find()
    yield find
    similar.provide(before)


def _case(thread: Thread) -> SimilarCase:
    return SimilarCase(
        thread_id=thread.id,
        title=thread.title,
        url=thread_address(thread),
        language=thread.language,
        solution_html="<p>Restart the box; it takes two minutes.</p>",
        solution_url=thread_address(thread) + "#post-2",
        solved_at=thread.solved_at,
        category=db.session.get_one(Category, thread.category_id),
    )
