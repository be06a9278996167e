"""What stands under a thread: solved cases like it, looked for when it asks something new, and never shown when hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from community.core import clock
from community.core.extensions import db, writing
from community.threads import editing, moderating
from community.threads.models import Post, Thread
from search_index import indexing
from tests.making import Cast, Make, words
from tests.sending import Element, parse, text_of
from tests.working import reindex, work

TITLE = "Störungsmeldung wird nicht angenommen"


@pytest.fixture
def solved(app: Flask, make: Make, cast: Cast) -> Thread:
    thread = make.thread(by=cast.alice, title=TITLE, body="Das Formular nimmt sie nicht.", language="de", solved=True)
    work()
    reindex()
    return thread


@pytest.fixture
def asked(solved: Thread, make: Make, cast: Cast) -> Thread:
    thread = make.thread(by=cast.bob, title="Störung melden geht nicht", body="Was nun?", language="de")
    work()
    return thread


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch, asked: Thread) -> list[str]:
    """The titles for which related cases are looked for from now on."""
    titles: list[str] = []
    engine = indexing.engine()
    similar = engine.similar

    def note(title: str, *arguments: object, **options: object) -> object:
        titles.append(title)
        return similar(title, *arguments, **options)

    monkeypatch.setattr(engine, "similar", note)
    return titles


def rail(browser, thread: Thread) -> str:  # type: ignore[no-untyped-def]
    page: Element = parse(browser.get(f"/threads/{thread.id}/{thread.slug}"))
    return " ".join(text_of(part) for part in page.iter("section") if part.get("aria-labelledby") == "related-title")


def test_a_new_thread_shows_the_solved_case_like_it(stranger, solved: Thread, asked: Thread) -> None:  # type: ignore[no-untyped-def]
    assert TITLE in rail(stranger, asked)
    assert TITLE not in rail(stranger, solved)


def test_a_hidden_case_is_gone_at_once(stranger, cast: Cast, solved: Thread, asked: Thread) -> None:  # type: ignore[no-untyped-def]
    assert TITLE in rail(stranger, asked)
    with writing():
        opening = db.session.query(Post).filter_by(thread_id=solved.id, number=1).one()
        moderating.hide_post(opening, by=cast.carol, reason="tried out")
    assert TITLE not in rail(stranger, asked)


def test_a_reply_looks_for_nothing_anew(make: Make, cast: Cast, asked: Thread, looked_for: list[str]) -> None:
    make.reply(asked, by=cast.carol)
    work()
    assert looked_for == []


def test_a_day_later_it_does(make: Make, cast: Cast, asked: Thread, looked_for: list[str]) -> None:
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        make.reply(asked, by=cast.carol)
        work()
    assert "Störung melden geht nicht" in looked_for


def test_an_edited_question_finds_others(
    stranger,  # type: ignore[no-untyped-def]
    cast: Cast,
    asked: Thread,
    looked_for: list[str],
) -> None:
    opening = db.session.query(Post).filter_by(thread_id=asked.id, number=1).one()
    with writing():
        editing.edit_post(
            opening, by=cast.bob, words=words("Der Zähler?"), started_from=1, title="Zählerstand mitteilen"
        )
    work()
    assert looked_for == ["Zählerstand mitteilen"]
    assert rail(stranger, asked) == ""
