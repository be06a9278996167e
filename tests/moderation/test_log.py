"""The public log: anyone reads when, who, what and why; it names no author, quotes no post, and pages without end."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import people
from community.core.extensions import db, writing
from community.threads import editing, moderating
from community.threads.models import Post
from moderation import log
from tests.counting import statements
from tests.making import Cast, Make, words
from tests.sending import parse, text_of


def page(browser: FlaskClient, address: str = "/moderation/log") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return text_of(parse(answer))


def test_it_is_public_and_says_who_what_and_why(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.bob)
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="It shows a phone number.")
    text = page(stranger)
    assert "Dora" in text
    assert "hid a post" in text
    assert "It shows a phone number." in text


def test_it_names_no_author_and_quotes_nothing(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice, title="The telling title of before")
    reply = make.reply(thread, cast.bob, "A telling body.")
    opening = db.session.scalars(select(Post).where(Post.number == 1)).one()
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="Off the subject.")
        editing.edit_post(
            opening, by=cast.dora, words=words("Neutral."), started_from=1, title="A neutral title instead"
        )
    text = page(stranger)
    for hidden in ("Bob", "Alice", "telling"):
        assert hidden not in text


def test_threads_have_their_titles_while_they_are_public(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice, title="The box blinks red")
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="It is settled.")
    assert "The box blinks red" in page(stranger)
    opening = db.session.scalars(select(Post).where(Post.number == 1)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="It names a person.")
    text = page(stranger)
    assert "The box blinks red" not in text
    assert f"thread {thread.id}" in text


def test_what_is_not_public_is_not_shown(cast: Cast, stranger: FlaskClient) -> None:
    with writing():
        people.set_role(cast.bob, "moderator", by=cast.jana)
    assert "Jana" not in page(stranger)


def test_it_pages_without_gaps(make: Make, cast: Cast, stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "ROWS", 3)
    thread = make.thread(by=cast.alice)
    for number in range(5):
        with writing():
            moderating.lock_thread(thread, by=cast.dora, reason=f"Reason {2 * number}.")
            moderating.unlock_thread(thread, by=cast.dora, reason=f"Reason {2 * number + 1}.")
    seen: list[str] = []
    address: str | None = "/moderation/log"
    while address:
        tree = parse(stranger.get(address))
        seen += [text_of(item) for item in tree.iter("p") if item.get("class") == "log-reason"]
        older = [link.get("href") for link in tree.iter("a") if link.get("rel") == "next"]
        address = older[0] if older else None
    assert seen == [f"Reason {number}." for number in range(9, -1, -1)]


@pytest.mark.parametrize("before", ["0", "-1", "x", "99999999999999999999", "%00"])
def test_nonsense_in_the_address_is_no_error(cast: Cast, stranger: FlaskClient, before: str) -> None:
    assert stranger.get(f"/moderation/log?before={before}").status_code in (200, 404)


def test_it_asks_the_database_as_often_for_many_as_for_one(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)

    def asked() -> int:
        with statements() as seen:
            page(stranger)
        return len(seen)

    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="Enough.")
    one = asked()
    for actor in (cast.carol, cast.jana):
        with writing():
            moderating.unlock_thread(thread, by=actor, reason="Enough of that.")
            moderating.lock_thread(thread, by=actor, reason="No.")
    assert asked() == one
