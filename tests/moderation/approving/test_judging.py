"""Who is held: the strictest judge counts, staff are never judged, links within the site do not count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from community.accounts.models import Person
from community.core.extensions import db, writing
from community.threads import holding
from community.threads.holding import Offer, Refused
from community.threads.models import Category, Post
from moderation.approving import judging, setting
from moderation.approving.judging import Judgement, Outcome, Submission
from moderation.approving.links import links_in
from moderation.approving.setting import Rule
from tests.making import Cast, Make, words

OWN = frozenset({"localhost"})


@pytest.fixture
def room(make: Make) -> Category:
    return make.category()


def put(category: Category, first_posts: int, link_posts: int, by: Person) -> None:
    with writing():
        setting.put_rules({category.id: Rule(first_posts, link_posts)}, by=by)


def grounds(room: Category, by: Person, body: str, title: str = "", edits: Post | None = None) -> list[str]:
    db.session.rollback()
    offer = Offer(by, room.id, title, words(body), edits)
    return [one["ground"] for one in holding.judge(offer).grounds]


@pytest.mark.parametrize(
    ("body", "elsewhere"),
    [
        ("Look at [this](https://shop.example/x) and https://shop.example/x.", ("https://shop.example/x",)),
        ("[here](/threads/1), http://localhost/threads/2, [mail](mailto:a@shop.example), #top", ()),
        ("[as ours](http://localhost@shop.example/)", ("http://localhost@shop.example/",)),
        ("`http://code.example/a`", ("http://code.example/a",)),
        ("www.shop.example is cheap", ("https://www.shop.example",)),
        ("Nothing: a//b, 1/2, note.txt", ()),
    ],
)
def test_links_that_lead_elsewhere_are_found(body: str, elsewhere: tuple[str, ...]) -> None:
    rendered = words(body).rendered
    assert links_in(rendered.html, rendered.plain, OWN) == elsewhere


def test_by_default_a_first_post_is_taken_and_one_with_a_link_held(make: Make, cast: Cast, room: Category) -> None:
    assert grounds(room, cast.bob, "The box blinks red.") == []
    assert grounds(room, cast.bob, "See https://shop.example") == ["link"]
    assert grounds(room, cast.bob, "See above", title="Cheap at https://shop.example") == ["link"]
    make.thread(by=cast.bob)
    assert grounds(room, cast.bob, "See https://shop.example") == []


def test_each_category_says_how_many_posts_it_takes(make: Make, cast: Cast, room: Category) -> None:
    other = make.category("power")
    put(room, 2, 0, cast.dora)
    assert grounds(room, cast.bob, "See https://shop.example") == ["first_post"]
    assert grounds(other, cast.bob, "The box blinks red.") == []
    make.thread(by=cast.bob, replies=1)
    assert grounds(room, cast.bob, "See https://shop.example") == []
    put(room, 0, 3, cast.dora)
    assert grounds(room, cast.bob, "See https://shop.example") == ["link"]


def test_hidden_posts_do_not_speak_for_their_author(make: Make, cast: Cast, room: Category) -> None:
    thread = make.thread(by=cast.bob)
    with writing():
        db.session.query(Post).filter(Post.thread_id == thread.id).update({"visibility": "hidden"})
    assert grounds(room, cast.bob, "See https://shop.example") == ["link"]


def test_of_a_changed_text_only_new_links_count_and_the_post_itself_does_not(
    make: Make, cast: Cast, room: Category
) -> None:
    put(room, 1, 1, cast.dora)
    thread = make.thread(by=cast.bob, body="See https://shop.example")
    opening = db.session.query(Post).filter(Post.thread_id == thread.id).options(db.joinedload(Post.thread)).one()
    assert grounds(room, cast.bob, "Please see https://shop.example", thread.title, opening) == []
    assert grounds(room, cast.bob, "See https://other.example", thread.title, opening) == ["link"]


def test_staff_are_never_judged(cast: Cast, room: Category) -> None:
    put(room, 5, 5, cast.dora)
    assert grounds(room, cast.carol, "See https://shop.example") == []


@pytest.fixture
def refusing(app: Flask) -> Iterator[None]:
    """Whatever says "casino" is refused."""

    def casino(submission: Submission) -> Judgement | None:
        return Judgement(Outcome.REFUSE, "word", "casino") if "casino" in submission.plain else None

    judging.add_judge(app, casino)
    yield
    app.extensions["theke-judges"].remove(casino)


def test_one_judge_who_refuses_outweighs_those_who_hold(refusing: None, cast: Cast, room: Category) -> None:
    with pytest.raises(Refused):
        grounds(room, cast.bob, "A casino: https://shop.example")
    found = judging.judgements(Submission(cast.bob.id, room.id, "", "", "casino", ("https://shop.example",)))
    assert [one.ground for one in found] == ["word", "link"]
