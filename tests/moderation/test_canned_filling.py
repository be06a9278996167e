"""A canned reply's text becomes a reply: variables are filled in, and what is no variable is refused by its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from community.core.errors import Invalid
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation.canned_replies import filling, queries
from moderation.canned_replies.values import contacts_come_from
from tests.counting import statements
from tests.making import Cast, Make
from tests.moderation.canned import written

VALUES = {"customer": "Alice", "staff": "Carol", "case:7": "[Seven](/threads/7/seven)"}
WITHOUT_BRACES = st.text(st.characters(blacklist_characters="{}"))


@given(WITHOUT_BRACES)
def test_a_text_without_braces_is_unchanged(text: str) -> None:
    assert filling.fill(text, VALUES) == text


@given(WITHOUT_BRACES, WITHOUT_BRACES, WITHOUT_BRACES)
def test_braces_that_are_no_variable_are_refused_by_their_name(before: str, name: str, after: str) -> None:
    if name in VALUES:
        return
    with pytest.raises(Invalid) as refused:
        filling.fill(f"{before}{{{name}}}{after}", VALUES)
    assert name[:40] in str(refused.value)


@given(st.lists(st.tuples(WITHOUT_BRACES, st.sampled_from(sorted(VALUES)))))
def test_every_variable_gets_its_value_and_the_rest_stays(pieces: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}{{{name}}}" for before, name in pieces)
    assert filling.fill(text, VALUES) == "".join(f"{before}{VALUES[name]}" for before, name in pieces)


@given(st.text("{}ab"))
def test_single_braces_stay_as_they_are(text: str) -> None:
    if not filling.variables_in(text):
        assert filling.fill(text, VALUES) == text


def test_what_a_value_holds_is_not_filled_again() -> None:
    assert filling.fill("Hello {customer}", {"customer": "{staff}", "staff": "Carol"}) == "Hello {staff}"


def test_a_number_that_no_thread_can_have_is_no_case() -> None:
    assert filling.cases_in("{case:7} {case:07} {case:0} {case:-1} {case:99999999999} {case:4711} {case:7}") == {
        "case:7": 7,
        "case:4711": 4711,
    }


# --- In a thread


@pytest.fixture
def cast(app: Flask, make: Make) -> Iterator[Cast]:
    """Whoever fills in a text has asked for a page."""
    with app.test_request_context():
        yield make.cast()


def filled(thread: Thread, cast: Cast, text: str, **columns: str) -> queries.Filled:
    reply = written(cast, f"Number {len(queries.canned_replies())}", text_en=text, **columns)
    (found,) = queries.filled_for(thread, cast.carol, [reply])
    return found


def test_the_variables_say_who_is_who_and_where(make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    text = filled(thread, cast, "{customer}/{contact}/{staff}/{category}/{case}").text
    assert text == f"Alice/Carol/Carol/Internet/http://localhost/threads/{thread.id}/{thread.slug}"


def test_the_contact_is_the_named_one_where_there_is_one(app: Flask, make: Make, cast: Cast) -> None:
    named, unnamed = make.thread(by=cast.alice), make.thread(by=cast.bob)
    contacts_come_from(app, lambda thread: cast.dora if thread.id == named.id else None)
    assert filled(named, cast, "{contact}").text == "Dora"
    assert filled(unnamed, cast, "{contact}").text == "Carol"


def test_the_text_is_in_the_threads_language_and_falls_back_to_the_other(make: Make, cast: Cast) -> None:
    german, english = make.thread(by=cast.alice, language="de"), make.thread(by=cast.alice)
    both = written(cast, "both", text_de="Hallo {customer}", text_en="Hello {customer}")
    one = written(cast, "one", text_de="Nur deutsch")
    other = written(cast, "other", text_en="English only")
    assert [f.text for f in queries.filled_for(german, cast.carol, [both, one, other])] == [
        "Hallo Alice",
        "Nur deutsch",
        "English only",
    ]
    assert [f.text for f in queries.filled_for(english, cast.carol, [both, one, other])] == [
        "Hello Alice",
        "Nur deutsch",
        "English only",
    ]


def test_a_case_is_linked_with_its_title_which_is_no_markdown(make: Make, cast: Cast) -> None:
    case = make.thread(by=cast.bob, title="The box [model <b>*2*] blinks")
    text = filled(make.thread(by=cast.alice), cast, f"See {{case:{case.id}}}.").text
    assert text == rf"See [The box \[model \<b\>\*2\*\] blinks](http://localhost/threads/{case.id}/{case.slug})."


@pytest.mark.parametrize("visibility", ["hidden", "held", "removed"])
def test_a_case_that_is_not_public_is_refused_and_its_title_never_shown(
    make: Make, cast: Cast, visibility: str
) -> None:
    case, thread = make.thread(by=cast.bob, title="A canary in a title"), make.thread(by=cast.alice)
    reply = written(cast, text_en=f"See {{case:{case.id}}}.")
    opening = db.session.scalars(select(Post).where(Post.thread_id == case.id)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
        db.session.get_one(Thread, case.id).visibility = visibility
    (found,) = queries.filled_for(thread, cast.carol, [reply])
    assert found.text == ""
    assert str(case.id) in found.problem
    assert "canary" not in found.problem


def test_many_are_filled_with_as_many_queries_as_one(make: Make, cast: Cast) -> None:
    cases = [make.thread(by=cast.bob) for _number in range(5)]
    thread = make.thread(by=cast.alice)
    replies = [written(cast, f"Number {case.id}", text_en=f"{{case:{case.id}}} {{customer}}") for case in cases]
    queries.filled_for(thread, cast.carol, replies)  # reads afresh what was just written
    with statements() as one:
        queries.filled_for(thread, cast.carol, replies[:1])
    with statements() as five:
        queries.filled_for(thread, cast.carol, replies)
    assert len(five) == len(one)
