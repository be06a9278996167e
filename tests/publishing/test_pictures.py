"""The pictures beside links: right size, every letter, bounded work, and only of what a stranger may read."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from community.core.extensions import db, writing
from community.publishing import pictures
from community.publishing.pictures import Card, Pictures, draw, lines_of
from community.threads import moderating
from community.threads.models import Post, Thread
from tests.making import Cast, Make


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice, title="Größe „Öl“", solved=True, language="de")


def test_a_thread_has_a_picture(thread: Thread, stranger: FlaskClient) -> None:
    answer = stranger.get(f"/threads/{thread.id}/picture.png")
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    with Image.open(io.BytesIO(answer.get_data())) as picture:
        assert (picture.size, picture.format) == ((1200, 630), "PNG")


def test_the_site_has_one(stranger: FlaskClient) -> None:
    assert stranger.get("/picture.png").status_code == 200


def test_the_picture_follows_title_and_state(app: Flask, thread: Thread, stranger: FlaskClient, cast: Cast) -> None:
    address = f"/threads/{thread.id}/picture.png"
    first = stranger.get(address)
    etag = {"If-None-Match": first.headers["ETag"]}
    assert stranger.get(address, headers=etag).status_code == 304
    with writing():
        db.session.get_one(Thread, thread.id).title = "Another title"
    assert stranger.get(address, headers=etag).status_code == 200
    assert stranger.get(address).get_data() != first.get_data()


def test_hidden_and_unknown_threads_have_none(thread: Thread, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/threads/{thread.id}/picture.png"
    etag = {"If-None-Match": stranger.get(address).headers["ETag"]}
    opening = db.session.scalar(db.select(Post).where(Post.thread_id == thread.id, Post.number == 1))
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
    for browser in (stranger, browser_of(cast.alice), browser_of(cast.dora)):
        assert browser.get(address).status_code == 404
        assert browser.get(address, headers=etag).status_code == 404
    assert stranger.get("/threads/4711/picture.png").status_code == 404


@pytest.mark.parametrize("letters", ["äöüÄÖÜß", "„“”‚‘’–—…€§°²½µ", "éèêçñøåœžšł", "ΑΒΓ", "Привет"])
def test_every_letter_has_its_own_shape(letters: str) -> None:
    shapes = {bytes(pictures._small().getmask(letter)) for letter in letters}
    assert len(shapes) == len(letters)
    assert pictures._drawable(letters) == letters


def test_what_the_font_does_not_know_is_left_out() -> None:
    assert pictures._drawable("Router 😀中文\uffff läuft") == "Router  läuft"
    assert lines_of("Router 😀 läuft") == ["Router läuft"]


@pytest.mark.parametrize("title", ["x" * 200, "word " * 40, "W" * 90 + " " + "i" * 100, "", "😀" * 50, "ß" * 200])
def test_any_title_fits(title: str) -> None:
    lines = lines_of(title)
    assert len(lines) <= pictures.MOST_LINES
    assert all(pictures._large().getlength(line) <= pictures._WIDTH for line in lines)
    draw(Card(title, title))


def test_a_title_that_does_not_fit_ends_in_an_ellipsis_and_one_that_fits_does_not() -> None:
    assert lines_of("Internet " * 22)[-1].endswith("…")
    assert " ".join(lines_of("Kein Internet seit dem Gewitter")) == "Kein Internet seit dem Gewitter"


def test_solved_looks_different_and_the_accent_is_the_sites() -> None:
    plain, solved, own = Card("T", "S"), Card("T", "S", "Solved", True), Card("T", "S", accent="#7a1f5c")
    assert len({draw(card) for card in (plain, solved, own)}) == 3
    assert len({card.etag for card in (plain, solved, own)}) == 3
    with Image.open(io.BytesIO(draw(own))) as picture:
        assert picture.convert("RGB").getpixel((600, 625)) == (0x7A, 0x1F, 0x5C)


def test_equal_pictures_are_drawn_once_and_a_limit_of_bytes_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Card] = []
    monkeypatch.setattr(pictures, "draw", lambda card: drawn.append(card) or b"x" * 400)
    shelf = Pictures(most_bytes=1_000)
    cards = [Card(f"Title {number}", "S") for number in range(3)]
    for card in (cards[0], cards[0], cards[1], cards[0], cards[2]):
        shelf.draw(card)
        assert shelf.get(card) == b"x" * 400
    assert drawn == [*cards[:2], cards[2]]
    assert shelf.get(cards[0]) is not None
    assert shelf.get(cards[1]) is None


def test_drawing_is_limited_but_showing_what_was_drawn_is_not(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    threads = [make.thread(by=cast.alice, title=f"A title of its own, number {number}") for number in range(31)]
    codes = [stranger.get(f"/threads/{thread.id}/picture.png").status_code for thread in threads]
    assert codes == [200] * 30 + [429]
    assert stranger.get(f"/threads/{threads[0].id}/picture.png").status_code == 200
