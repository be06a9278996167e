"""QAPage data: the fields that schema.org and search engines require, only with an answer, only what is public."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core.extensions import db, writing
from community.publishing import structured
from community.threads import moderating, solving
from community.threads.models import Post, Thread
from tests.making import Cast, Make
from tests.sending import parse

#: type -> field -> what stands there (schema.org/QAPage, Question, Answer, Person; required ones and those we promise).
FIELDS: dict[str, dict[str, object]] = {
    "QAPage": {"@context": "https://schema.org", "inLanguage": str, "mainEntity": "Question"},
    "Question": {
        "name": str, "text": str, "url": str, "answerCount": int, "upvoteCount": int, "datePublished": datetime,
        "author": "Person",
    },
    "Answer": {"text": str, "url": str, "upvoteCount": int, "datePublished": datetime, "author": "Person"},
    "Person": {"name": str, "url": str},
}  # fmt: skip
OPTIONAL = {"dateModified", "acceptedAnswer", "suggestedAnswer"}


def faults(thing: Any, expected: str) -> list[str]:
    """What is wrong with this piece of structured data."""
    found = [] if thing.get("@type") == expected else [f"{thing.get('@type')} in place of {expected}"]
    for name, kind in FIELDS[expected].items():
        found += [f"{expected}.{name}: {fault}" for fault in _faults_of_value(thing.get(name), kind)]
    found += [
        f"{expected}.{name} is not in the table" for name in set(thing) - set(FIELDS[expected]) - OPTIONAL - {"@type"}
    ]
    if expected == "Question":
        answers = [*thing.get("acceptedAnswer", []), *thing.get("suggestedAnswer", [])]
        found += [] if answers else ["no answer"]
        found += [fault for answer in answers for fault in faults(answer, "Answer")]
        found += [] if thing["answerCount"] >= len(answers) else ["more answers than it counts"]
    return found


def _faults_of_value(value: Any, kind: object) -> list[str]:
    if kind in FIELDS:
        return faults(value or {}, str(kind))
    if kind is datetime:
        return [] if datetime.fromisoformat(value).tzinfo else ["no time zone"]
    if isinstance(kind, type):
        return [] if isinstance(value, kind) and value != "" else [repr(value)]
    return [] if value == kind else [repr(value)]


@pytest.fixture
def data_of(stranger: FlaskClient) -> Callable[[Thread], Any]:
    """`data_of(thread)`: the structured data on its page for strangers; None if there is none."""

    def read(thread: Thread, page: int = 1) -> Any:
        address = f"/threads/{thread.id}/{thread.slug}" + (f"?page={page}" if page > 1 else "")
        blocks = [
            block for block in parse(stranger.get(address)).iter("script") if block.get("type") == "application/ld+json"
        ]
        assert len(blocks) <= 1
        return json.loads(blocks[0].text) if blocks else None

    return read


def test_a_solved_thread_says_question_and_answers(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    thread = make.thread(
        by=cast.alice, title="Größe & <Öl>", body="It **blinks** [red](https://example.org).", solved=True
    )
    make.reply(thread, cast.bob, "Mine did that, too.")
    make.reply(thread, cast.alice, "Thank you.")
    data = data_of(thread)
    assert faults(data, "QAPage") == []
    question = data["mainEntity"]
    assert question["name"] == "Größe & <Öl>"
    assert question["text"] == "It blinks red."
    assert question["author"] == {"@type": "Person", "name": "Alice", "url": "http://localhost/people/alice"}
    assert question["answerCount"] == 3
    assert [answer["text"] for answer in question["acceptedAnswer"]] == ["Restart the box; it takes two minutes."]
    assert question["acceptedAnswer"][0]["url"] == f"http://localhost/threads/{thread.id}/{thread.slug}#post-2"
    assert [answer["author"]["name"] for answer in question["suggestedAnswer"]] == ["Bob"]


def test_an_answered_thread_suggests(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.carol)
    data = data_of(thread)
    assert faults(data, "QAPage") == []
    assert "acceptedAnswer" not in data["mainEntity"]


def test_without_an_answer_there_is_nothing(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    thread = make.thread(by=cast.alice)
    assert data_of(thread) is None
    make.reply(thread, cast.alice, "Does nobody know?")
    assert data_of(thread) is None


def test_what_is_hidden_is_not_told(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    thread = make.thread(by=cast.alice)
    canary = make.reply(thread, cast.carol, "A canary with a customer number")
    other = make.reply(thread, cast.bob, "Another way")
    with writing():
        solving.mark_solution(canary, by=cast.alice)
    assert "canary" in json.dumps(data_of(thread))
    with writing():
        moderating.hide_post(canary, by=cast.dora, reason="A customer number.")
    data = data_of(thread)
    assert "canary" not in json.dumps(data)
    assert "acceptedAnswer" not in data["mainEntity"]
    with writing():
        moderating.hide_post(other, by=cast.dora, reason="The same.")
    assert data_of(thread) is None


def test_staff_who_see_hidden_posts_would_not_put_them_there(app: Flask, make: Make, cast: Cast) -> None:
    """Even if the data were made from what staff see."""
    thread = make.thread(by=cast.alice, solved=True)
    canary = make.reply(thread, cast.bob, "A canary with a customer number")
    with writing():
        moderating.hide_post(canary, by=cast.dora, reason="A customer number.")
    from community.threads.queries import thread_page  # noqa: PLC0415

    with app.test_request_context():
        shown = thread_page(db.session.get_one(Thread, thread.id), 1, cast.dora)
        assert canary.id in {entry.id for entry in shown.entries if isinstance(entry, Post)}
        assert "canary" not in json.dumps(structured.question_page(shown))


def test_a_solution_on_a_later_page_is_told_on_the_first_page_alone(
    make: Make, cast: Cast, data_of: Callable[..., Any]
) -> None:
    thread = make.thread(by=cast.alice, replies=25)
    late = make.reply(thread, cast.carol, "This is it.")
    with writing():
        solving.mark_solution(late, by=cast.alice)
    data = data_of(thread)
    assert faults(data, "QAPage") == []
    assert data["mainEntity"]["acceptedAnswer"][0]["url"].endswith(f"?page=2#post-{late.number}")
    assert data_of(thread, page=2) is None


def test_a_duplicate_leaves_it_to_its_master(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    master, thread = make.thread(by=cast.alice, solved=True), make.thread(by=cast.bob, solved=True)
    with writing():
        moderating.mark_duplicate(thread, master, by=cast.dora)
    assert data_of(thread) is None


def test_no_text_can_end_the_block(make: Make, cast: Cast, stranger: FlaskClient, data_of: Callable[..., Any]) -> None:
    thread = make.thread(by=cast.alice, title="</script><script>alert(1)</script>", solved=True)
    make.reply(thread, cast.bob, "<!-- <script> ]]> \u2028 & '\"")
    assert faults(data_of(thread), "QAPage") == []
    assert data_of(thread)["mainEntity"]["name"] == "</script><script>alert(1)</script>"
    page = stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    assert "<script>alert" not in page


def test_long_texts_are_cut(make: Make, cast: Cast, data_of: Callable[..., Any]) -> None:
    thread = make.thread(by=cast.alice, body="word " * 5_000, solved=True)
    assert len(data_of(thread)["mainEntity"]["text"]) <= structured.LONGEST_TEXT


def test_signed_in_readers_pages_carry_none(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice, solved=True)
    for person in (cast.alice, cast.bob, cast.carol):
        assert "ld+json" not in browser_of(person).get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
