"""Redacting: a secret leaves the text, the title, every revision, the index and the logs, and cannot be brought back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from community.core.extensions import db, writing
from community.threads import editing
from community.threads.models import Post, Revision, Thread
from moderation.models import AuditEntry
from search_index import indexing
from tests.making import Cast, Make, words
from tests.working import work

SECRET = "DE02 1203 0000 0000 2020 51"


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    thread = make.thread(
        cast.alice, f"My account {SECRET} was charged twice", f"Please look at {SECRET}, twice: {SECRET}."
    )
    make.reply(thread, cast.bob, f"> Please look at {SECRET}\n\nThe same happened to me.")
    return thread


@pytest.fixture
def question(thread: Thread, cast: Cast) -> Post:
    post = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    with writing():
        editing.edit_post(post, by=cast.alice, words=words(f"Please look at {SECRET}. Thank you."), started_from=1)
    with writing():  # its title of before stands in events and in the audit log
        editing.edit_post(post, by=cast.dora, words=words(post.source), started_from=2, title="Charged twice")
    with writing():
        editing.edit_post(
            post, by=cast.alice, words=words(post.source), started_from=3, title=thread.title + " " + SECRET
        )
    return post


def everything_stored() -> str:
    db.session.rollback()
    rows = []
    for table in inspect(db.engine).get_table_names():
        rows += [f"{table}: {row}" for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(rows)


def test_first_it_is_looked_at_then_it_is_gone_everywhere(
    app: Flask,
    thread: Thread,
    question: Post,
    cast: Cast,
    browser_of,
    stranger,  # type: ignore[no-untyped-def]
) -> None:
    work()
    dora, address = browser_of(cast.dora), f"/moderation/posts/{question.id}/redact"
    sent = {"secret": SECRET, "reason": "A bank account."}
    looked = dora.post(address, data=sent)
    assert looked.status_code == 200
    assert "It stands in the text 1 time." in looked.text
    assert SECRET in question.source
    quote = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 2)).one()
    assert f'value="{quote.id}" checked' in looked.text
    done = dora.post(address, data=sent | {"confirmed": "1", "also": str(quote.id)})
    assert done.status_code == 303
    work()
    assert SECRET not in everything_stored()
    assert "2020" not in stranger.get(done.location, follow_redirects=True).text
    revisions = db.session.scalars(
        select(Revision.source).where(Revision.post_id == question.id).order_by(Revision.number)
    )
    assert set(revisions) == {
        "Please look at [redacted], twice: [redacted].",
        "Please look at [redacted]. Thank you.",
    }
    assert db.session.get_one(Thread, thread.id).title == "Charged twice [redacted]"
    assert list(db.session.scalars(select(AuditEntry.act))).count("post.redacted") == 2
    assert not any(
        SECRET.encode() in file.read_bytes()
        for file in Path(app.config["DATA_DIR"]).glob("search/**/*")
        if file.is_file()
    )
    assert "Dora took something out of your post" in browser_of(cast.alice).get("/notifications").text
    assert indexing.JOB


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"secret": "", "reason": "So."}, 422),
        ({"secret": "ab", "reason": "So."}, 422),
        ({"secret": "x" * 201, "reason": "So."}, 422),
        ({"secret": "4711 0815", "reason": "So."}, 422),
        ({"secret": SECRET, "reason": ""}, 422),
        ({"secret": SECRET, "reason": f"It was {SECRET.lower()}"}, 422),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_typed_is_kept(
    question: Post,
    cast: Cast,
    browser_of,
    sent: dict[str, str],
    status: int,  # type: ignore[no-untyped-def]
) -> None:
    answer = browser_of(cast.dora).post(f"/moderation/posts/{question.id}/redact", data=sent | {"confirmed": "1"})
    assert answer.status_code == status
    assert sent["secret"] in answer.text
    assert sent["reason"] in answer.text
    assert SECRET in db.session.get_one(Post, question.id).source


def test_only_whom_it_is_allowed(question: Post, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    address, sent = f"/moderation/posts/{question.id}/redact", {"secret": SECRET, "reason": "So.", "confirmed": "1"}
    for person in (cast.alice, cast.bob, cast.carol):
        assert browser_of(person).post(address, data=sent).status_code == 403
        assert browser_of(person).get(address).status_code == 403
    assert stranger.post(address, data=sent).location.startswith("/login")
    assert SECRET in db.session.get_one(Post, question.id).source
