"""The sitemap: valid, complete, cut by ids, free of what is not for strangers; and robots.txt, which names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from community.core import clock
from community.core.extensions import db, writing
from community.publishing import sitemap
from community.threads import editing, moderating, solving, tagging
from community.threads.addresses import thread_address
from community.threads.models import Post, Thread
from tests.counting import statements
from tests.making import Cast, Make, words

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


@pytest.fixture
def listed(xml_of: Callable[[str], Any]) -> Callable[[], dict[str, str | None]]:
    """Every address in the sitemap, read as a robot reads it from its index, and when it changed. Checks the form."""

    def read() -> dict[str, str | None]:
        index = xml_of("/sitemap.xml")
        assert index.tag == f"{SITEMAP}sitemapindex"
        found: dict[str, str | None] = {}
        for part in index:
            assert part.tag == f"{SITEMAP}sitemap"
            _has_form_of_an_entry(part)
            urls = xml_of(part.findtext(f"{SITEMAP}loc").removeprefix("http://localhost"))
            assert urls.tag == f"{SITEMAP}urlset"
            assert 0 < len(urls) <= 50_000
            for url in urls:
                assert url.tag == f"{SITEMAP}url"
                _has_form_of_an_entry(url)
                found[url.findtext(f"{SITEMAP}loc")] = url.findtext(f"{SITEMAP}lastmod")
        return found

    return read


def _has_form_of_an_entry(entry: Any) -> None:
    assert [child.tag.removeprefix(SITEMAP) for child in entry] in (["loc"], ["loc", "lastmod"])
    assert entry.findtext(f"{SITEMAP}loc").startswith("http://localhost/")
    assert len(entry.findtext(f"{SITEMAP}loc")) < 2_048
    assert MOMENT.fullmatch(entry.findtext(f"{SITEMAP}lastmod", "2026-11-16T09:00:00+00:00"))


def test_solved_threads_categories_and_their_tags_are_listed_and_nothing_else(
    make: Make, cast: Cast, listed: Callable[[], Any], stranger: FlaskClient
) -> None:
    make.category("power")
    make.thread(by=cast.alice, title="Still open", tags=["open"])
    solved = make.thread(by=cast.alice, title="Größe und Öl", tags=["c++", "öl", "wlan"], solved=True)
    found = listed()
    assert set(found) == {
        "http://localhost/",
        "http://localhost/categories",
        "http://localhost/about",
        "http://localhost/categories/internet",
        "http://localhost/categories/power",
        f"http://localhost/threads/{solved.id}/{solved.slug}",
        "http://localhost/tags/c++",
        "http://localhost/tags/%C3%B6l",
        "http://localhost/tags/wlan",
    }
    for address in found:
        page = stranger.get(address.removeprefix("http://localhost"))
        assert page.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in page.get_data(as_text=True)
        assert "noindex" not in page.get_data(as_text=True)


def test_an_address_is_the_one_that_pages_use(app: Flask, make: Make, listed: Callable[[], Any]) -> None:
    thread = make.thread(title="ÄÖÜ ß & Ω / ? #", solved=True)
    with app.test_request_context():
        assert f"http://localhost{thread_address(thread)}" in listed()


def test_a_later_post_or_solution_is_a_later_date(make: Make, cast: Cast, listed: Callable[[], Any]) -> None:
    thread = make.thread(by=cast.alice, solved=True)
    address = f"http://localhost/threads/{thread.id}/{thread.slug}"
    before = listed()[address]
    assert before == "2026-11-16T09:00:00+00:00"
    with clock.frozen(clock.ago(days=-1)):
        make.reply(thread, cast.bob)
        assert listed()[address] == "2026-11-17T09:00:00+00:00"


def test_an_edit_is_a_later_date_too(make: Make, cast: Cast, listed: Callable[[], Any]) -> None:
    thread = make.thread(by=cast.alice, solved=True)
    with clock.frozen(clock.ago(days=-2)):
        opening = db.session.scalars(sitemap.select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
        with writing():
            editing.edit_post(opening, by=cast.alice, words=words("The box blinks green now."), started_from=1)
        assert listed()[f"http://localhost/threads/{thread.id}/{thread.slug}"] == "2026-11-18T09:00:00+00:00"


def test_hidden_unsolved_and_duplicate_threads_are_gone_at_once(
    make: Make, cast: Cast, listed: Callable[[], Any], stranger: FlaskClient
) -> None:
    kept = make.thread(by=cast.alice, solved=True)
    hidden, reopened, duplicate = (make.thread(by=cast.alice, tags=["rare"], solved=True) for _ in range(3))
    assert len([address for address in listed() if "/threads/" in address]) == 4
    opening = db.session.scalar(sitemap.select(Post).where(Post.thread_id == hidden.id, Post.number == 1))
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
        solving.reopen(reopened, by=cast.alice)
        moderating.mark_duplicate(duplicate, kept, by=cast.dora)
    assert stranger.get("/sitemap/threads-0.xml").get_data(as_text=True).count("<url>") == 1
    assert f"/threads/{kept.id}/" in stranger.get("/sitemap/threads-0.xml").get_data(as_text=True)
    assert stranger.get("/sitemap/tags-0.xml").status_code == 404


@pytest.fixture
def _request(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.fixture
def many(make: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty solved threads, in parts of six ids that are read by twos."""
    monkeypatch.setattr(sitemap, "SPAN", 6)
    monkeypatch.setattr(sitemap, "BATCH", 2)
    first = make.thread(by=cast.alice, solved=True)
    columns = {column.key: getattr(first, column.key) for column in Thread.__table__.columns if column.key != "id"}
    with writing():
        db.session.execute(insert(Thread), [columns | {"id": number} for number in range(2, 21)])


def test_parts_are_cut_by_ids_so_that_a_new_thread_changes_the_last_alone(
    many: None, make: Make, cast: Cast, stranger: FlaskClient, xml_of: Callable[[str], Any]
) -> None:
    def parts() -> list[str]:
        return [stranger.get(f"/sitemap/threads-{number}.xml").get_data(as_text=True) for number in range(4)]

    before = parts()
    assert [part.count("<url>") for part in before] == [6, 6, 6, 2]
    with writing():
        db.session.execute(insert(Thread), [_copy_of_the_first() | {"id": 21}])
    assert parts()[:3] == before[:3]
    assert parts()[3].count("<url>") == 3
    numbers = re.findall(r"threads-(\d+)", stranger.get("/sitemap.xml").get_data(as_text=True))
    assert numbers == ["0", "1", "2", "3"]


def _copy_of_the_first() -> dict[str, Any]:
    first = db.session.get_one(Thread, 1)
    return {column.key: getattr(first, column.key) for column in Thread.__table__.columns}


def test_a_part_without_a_listed_thread_is_neither_named_nor_there(
    many: None, make: Make, stranger: FlaskClient
) -> None:
    with writing():
        db.session.execute(sitemap.Thread.__table__.update().where(Thread.id.between(7, 12)).values(solved_at=None))
    numbers = re.findall(r"threads-(\d+)", stranger.get("/sitemap.xml").get_data(as_text=True))
    assert numbers == ["0", "2", "3"]
    assert stranger.get("/sitemap/threads-1.xml").status_code == 404
    assert stranger.get("/sitemap/threads-2147483647.xml").status_code == 404
    assert stranger.get("/sitemap/tags-5.xml").status_code == 404


@pytest.mark.usefixtures("_request", "many")
def test_a_part_is_read_in_batches_and_holds_nothing_between_them() -> None:
    pieces = sitemap.threads(0)
    with statements() as asked:
        first = next(pieces)
    assert first.count("<url>") == 2
    assert len(asked) == 1
    assert sum(piece.count("<url>") for piece in pieces) == 4


def test_the_index_is_not_worked_out_for_every_robot(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    assert "threads-0" not in stranger.get("/sitemap.xml").get_data(as_text=True)
    make.thread(by=cast.alice, solved=True)
    assert "threads-0" in stranger.get("/sitemap.xml").get_data(as_text=True)
    with statements() as asked:
        stranger.get("/sitemap.xml")
    assert len(asked) == 0


def test_tags_of_hidden_threads_are_not_told(make: Make, cast: Cast, listed: Callable[[], Any]) -> None:
    thread = make.thread(by=cast.alice, solved=True)
    with writing():
        tagging.set_tags(thread, ["secret"], by=cast.dora)
        opening = db.session.scalar(sitemap.select(Post).where(Post.thread_id == thread.id, Post.number == 1))
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
    assert not any("secret" in address for address in listed())


def test_robots_are_told_where_the_sitemap_is_and_where_not_to_go(make: Make, stranger: FlaskClient) -> None:
    thread = make.thread(solved=True)
    answer = stranger.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    robots = RobotFileParser()
    robots.parse(answer.get_data(as_text=True).splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    for closed in (
        "/search?q=box", "/search.atom?q=box", "/ask", "/ask?title=box", "/login", "/register", "/settings/account",
        "/moderation", "/notifications", "/find?title=x", "/widget/cases?q=x", "/search/suggestions?q=x", "/verify/token",
    ):  # fmt: skip
        assert not robots.can_fetch("Anybot", f"http://localhost{closed}"), closed
    for opened in (
        "/", "/threads", "/categories/internet", "/tags/wlan", f"/threads/{thread.id}/{thread.slug}", "/about", "/people/alice",
        "/sitemap.xml", "/sitemap/threads-0.xml", "/threads/feed.atom", f"/threads/{thread.id}/picture.png", "/assets/1/css",
    ):  # fmt: skip
        assert robots.can_fetch("Anybot", f"http://localhost{opened}"), opened


def test_whoever_asks_too_often_is_told_to_wait(stranger: FlaskClient, make: Make) -> None:
    make.thread(solved=True)
    answers = [stranger.get("/sitemap/threads-0.xml").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
