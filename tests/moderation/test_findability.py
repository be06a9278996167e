"""The staff's pages about searching: what was not found, what askings came to, and their own synonyms."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.extensions import db
from moderation.models import AuditEntry
from search_index import deflection, search_log
from search_index.models import SynonymGroup
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import reindex, work

PAGES = ["/moderation/searches", "/moderation/figures", "/moderation/synonyms"]


@pytest.fixture
def carols(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.carol)  # type: ignore[no-any-return]


def groups() -> list[tuple[str, list[str]]]:
    db.session.rollback()
    return [(row.language, row.words) for row in db.session.scalars(select(SynonymGroup).order_by(SynonymGroup.id))]


@pytest.mark.parametrize("address", [*PAGES, "/moderation/searches?days=7", "/moderation/figures?days=4711"])
def test_staff_reads_them_and_nobody_else(
    cast: Cast, carols: FlaskClient, stranger: FlaskClient, browser_of, address: str
) -> None:  # type: ignore[no-untyped-def]
    assert carols.get(address).status_code == 200
    assert browser_of(cast.bob).get(address).status_code == 403
    assert stranger.get(address).status_code == 303


def test_a_search_without_a_result_stands_there_and_can_be_answered(
    stranger: FlaskClient, carols: FlaskClient, app: Flask
) -> None:
    reindex()
    stranger.get("/search?q=xylophone+concert")
    search_log.store()
    page = carols.get("/moderation/searches").get_data(as_text=True)
    assert "xylophone concert" in page
    assert "/ask?title=xylophone+concert" in page or "/ask?title=xylophone%20concert" in page


def test_figures_add_up(make: Make, cast: Cast, stranger: FlaskClient, carols: FlaskClient) -> None:
    thread = make.thread(by=cast.alice, solved=True)
    stranger.post(f"/threads/{thread.id}/unhelped", data={"why": "another box"})
    page = text_of(parse(carols.get("/moderation/figures")))
    assert thread.title in page
    assert "another box" in page
    assert deflection.figures(30) == deflection.Figures(0, 0, 0, 0, 0, 0)
    assert deflection.figures(30).spared is None


def test_a_group_is_stored_changed_and_deleted_and_each_is_logged(carols: FlaskClient) -> None:
    sent = {"words": "KoogBox, router,  router\nkasten", "language": "de"}
    assert carols.post("/moderation/synonyms", data=sent).status_code == 303
    assert groups() == [("de", ["KoogBox", "router", "kasten"])]
    assert carols.post("/moderation/synonyms/1", data={"words": "koogbox, router", "language": ""}).status_code == 303
    assert groups() == [("", ["koogbox", "router"])]
    assert carols.post("/moderation/synonyms/1/delete").status_code == 303
    assert groups() == []
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.act, row.change, row.is_public) for row in rows] == [
        ("synonyms.changed", {"before": "", "after": "KoogBox, router, kasten (de)"}, False),
        ("synonyms.changed", {"before": "KoogBox, router, kasten (de)", "after": "koogbox, router"}, False),
        ("synonyms.changed", {"before": "koogbox, router", "after": ""}, False),
    ]


@pytest.mark.parametrize(
    "words", ["", "router", "router,,", "  ,\n;", ", ".join(f"word{number}" for number in range(30))]
)
def test_what_is_no_group_is_refused_and_kept(carols: FlaskClient, words: str) -> None:
    answer = carols.post("/moderation/synonyms", data={"words": words, "language": "de"})
    assert answer.status_code == 422
    assert groups() == []
    assert forms(answer)["/moderation/synonyms"]["words"].strip() == words.strip() or "\n" in words


@pytest.mark.parametrize("address", ["/moderation/synonyms", "/moderation/synonyms/1", "/moderation/synonyms/1/delete"])
def test_only_staff_changes_groups(
    cast: Cast, carols: FlaskClient, stranger: FlaskClient, browser_of, address: str
) -> None:  # type: ignore[no-untyped-def]
    carols.post("/moderation/synonyms", data={"words": "koogbox, router"})
    assert browser_of(cast.bob).post(address, data={"words": "a, b"}).status_code == 403
    assert stranger.post(address, data={"words": "a, b"}).status_code in (302, 303, 401)
    assert groups() == [("", ["koogbox", "router"])]


def test_a_group_that_is_gone_is_not_found(carols: FlaskClient) -> None:
    for address in ("/moderation/synonyms/4711", "/moderation/synonyms/4711/delete"):
        assert carols.post(address, data={"words": "a, b"}).status_code == 404
    assert carols.get("/moderation/synonyms/4711").status_code == 404


@pytest.fixture
def koogbox(app: Flask, make: Make, cast: Cast) -> str:
    """The title of a case that calls the box by its own name."""
    title = "KoogBox blinks red since this morning"
    make.thread(by=cast.alice, title=title, solved=True)
    work()
    reindex()
    return title


def test_a_stored_group_acts_with_the_next_search(koogbox: str, carols: FlaskClient, stranger: FlaskClient) -> None:
    assert koogbox not in text_of(parse(stranger.get("/search?q=zauberkasten")))
    carols.post("/moderation/synonyms", data={"words": "koogbox, zauberkasten"})
    assert koogbox in text_of(parse(stranger.get("/search?q=zauberkasten")))
    carols.post("/moderation/synonyms/1/delete")
    assert koogbox not in text_of(parse(stranger.get("/search?q=zauberkasten")))


def test_the_test_box_shows_before_and_after_and_stores_nothing(koogbox: str, carols: FlaskClient) -> None:
    sent = {"words": "koogbox, zauberkasten", "try": "zauberkasten blinks", "only_try": "1"}
    page = parse(carols.post("/moderation/synonyms", data=sent))
    (shown,) = [item for item in page.iter("div") if item.get("class") == "before-after"]
    before, after = list(shown)
    assert koogbox in text_of(after)
    assert groups() == []
    assert text_of(before) != text_of(after) or koogbox in text_of(before)
