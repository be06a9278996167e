"""What becomes of a dump in which nothing is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from community.accounts.models import Person
from community.core import mailer
from community.core.events import Event
from community.core.extensions import db
from community.importers.stackexchange import importing
from community.notifications.models import Notification
from community.threads import repair
from community.threads.models import Category, Post, Revision, Solution, State, Tag, Thread
from tests.importers import count_dump
from tests.importers.dumps import (
    REAL_DUMPS,
    answer,
    comment,
    counts,
    large_dump,
    ledger_size,
    question,
    row,
    small_dump,
    user,
    vote,
    write_dump,
)


def run(app: Flask, folder: Path, *options: str) -> Result:
    result = app.test_cli_runner().invoke(args=["import", "stackexchange", str(folder), *options])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result


def thread_called(title: str) -> Thread:
    return db.session.scalars(
        select(Thread)
        .where(Thread.title == title)
        .options(selectinload(Thread.tags), selectinload(Thread.author), selectinload(Thread.category))
    ).one()


def posts_of(thread: Thread) -> list[Post]:
    query = select(Post).where(Post.thread_id == thread.id).order_by(Post.number).options(selectinload(Post.author))
    return list(db.session.scalars(query))


def test_counts_are_those_of_the_independent_counter(app: Flask, tmp_path: Path) -> None:
    small_dump(tmp_path / "dump")
    run(app, tmp_path / "dump")
    assert counts() == count_dump.count(tmp_path / "dump")
    assert counts() == {
        "threads": 3,
        "replies": 6,
        "comments": 3,
        "solutions": 1,
        "tags": 4,
        "duplicates": 1,
        "helpful_votes": 5,
    }


def test_answers_and_comments_become_replies_in_the_order_of_time(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    posts = posts_of(thread_called("Question number 1"))
    assert [(post.number, post.reply_to_number, post.author.display_name) for post in posts] == [
        (1, None, "Alice Ask"),
        (2, None, "Bob"),
        (3, 1, "Support Team (import)"),
        (4, None, "Gone Gloria"),
        (5, 2, "Support Team (import)"),
    ]
    assert [post.source_format for post in posts] == ["html", "html", "markdown", "html", "markdown"]
    assert posts[0].created_at == datetime(2016, 1, 2, 0, 30, 0, 500_000, UTC)
    assert posts[0].edited_at == datetime(2016, 2, 1, 10, tzinfo=UTC)
    assert posts[0].source == "<p>How does number 1 work?</p>"
    assert "<code>code</code>" in posts[2].html


def test_a_comment_never_stands_before_the_post_that_it_is_on(app: Flask, tmp_path: Path) -> None:
    run(
        app,
        write_dump(
            tmp_path, Posts=[question(1), answer(9, 1)], Comments=[comment(1, 9, CreationDate=day_before_everything())]
        ),
    )
    assert [post.reply_to_number for post in posts_of(thread_called("Question number 1"))] == [None, None, 2]


def day_before_everything() -> str:
    return "2015-01-01T00:00:00.000"


def test_the_accepted_answer_is_the_askers_solution(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    thread = thread_called("Question number 1")
    solution = db.session.scalars(select(Solution)).one()
    accepted = db.session.get_one(Post, solution.post_id)
    assert (accepted.number, solution.by_id, solution.by_role) == (2, thread.author_id, "asker")
    assert solution.at == datetime(2016, 3, 1, tzinfo=UTC)
    assert thread.state is State.SOLVED
    assert thread.solved_at == solution.at


def test_states_counts_and_tags_are_right(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path / "my-site"))
    first, second, third = (thread_called(f"Question number {number}") for number in (1, 2, 3))
    assert [tag.name for tag in second.tags] == ["c++", "dsl"]
    assert second.closed_at == datetime(2016, 2, 2, 10, tzinfo=UTC)
    assert second.state is State.CLOSED
    assert third.duplicate_of_id == second.id
    assert third.waiting_since is None
    assert (first.reply_count, first.next_number) == (4, 6)
    assert (first.category.slug, first.category.thread_count) == ("my-site", 3)
    assert dict(db.session.execute(select(Tag.name, Tag.thread_count)).all()) == {
        "router": 2,
        "dsl": 3,
        "c++": 1,
        "unused": 0,
    }
    assert list(repair.drift()) == []


def test_votes_are_helpful_votes_without_persons(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    posts = posts_of(thread_called("Question number 1"))
    assert [(post.helpful_count, post.helpful_imported) for post in posts] == [(0, 0), (2, 2), (0, 0), (1, 1), (2, 2)]


def test_each_post_has_its_first_revision(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    posts = posts_of(thread_called("Question number 1"))
    revisions = db.session.scalars(
        select(Revision).where(Revision.post_id.in_([post.id for post in posts])).order_by(Revision.post_id)
    ).all()
    assert [revision.source for revision in revisions] == [post.source for post in posts]
    assert [revision.title for revision in revisions] == ["Question number 1", None, None, None, None]


def test_code_and_pictures_survive_and_scripts_do_not(app: Flask, tmp_path: Path) -> None:
    body = (
        '<pre><code class="language-c">if (a &lt; b) {\n  go();\n}</code></pre><script>bad()</script>'
        '<p onclick="bad()"><img src="https://pictures.example/led.png" alt="the red light"></p>'
    )
    run(app, write_dump(tmp_path, Posts=[question(1, Body=body)]))
    post = posts_of(thread_called("Question number 1"))[0]
    assert "if (a &lt; b) {\n  go();\n}</code></pre>" in post.html
    assert ">the red light</a>" in post.html
    assert 'href="https://pictures.example/led.png"' in post.html
    assert "<script" not in post.html
    assert "onclick" not in post.html
    assert "<img" not in post.html
    assert post.source == body


def test_authors_have_neither_address_nor_password(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    people = db.session.scalars(select(Person).order_by(Person.display_name)).all()
    assert [person.display_name for person in people] == ["Alice Ask", "Bob", "Gone Gloria", "Support Team (import)"]
    assert {(person.email, person.password_hash, person.role) for person in people} == {(None, None, "customer")}
    assert {person.created_at.year for person in people if person.name != "Gone-Gloria"} == {2015}


def test_people_of_the_same_name_stay_different_people(app: Flask, tmp_path: Path) -> None:
    posts = [question(1), answer(2, 1), answer(3, 1, OwnerUserId=3)]
    run(app, write_dump(tmp_path, Posts=posts, Users=[user(1, "Alex"), user(2, "alex"), user(3, "ALEX")]))
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    assert [person.display_name for person in people] == ["Alex", "alex", "ALEX"]
    assert len({person.name_key for person in people}) == 3


def test_the_second_run_changes_nothing_and_says_so(app: Flask, tmp_path: Path) -> None:
    folder = small_dump(tmp_path)
    assert "Imported: 3 threads, 6 replies (3 of them comments), 1 solutions" in run(app, folder).output
    before, events = (counts(), ledger_size()), db.session.scalar(select(func.count(Event.id)))
    versions = db.session.execute(select(Thread.id, Thread.version).order_by(Thread.id)).all()
    assert "Nothing new" in run(app, folder).output
    assert (counts(), ledger_size()) == before
    assert db.session.scalar(select(func.count(Event.id))) == events
    assert db.session.execute(select(Thread.id, Thread.version).order_by(Thread.id)).all() == versions


def test_the_dump_is_known_again_in_another_folder(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path / "one"))
    assert "Nothing new" in run(app, small_dump(tmp_path / "two")).output
    refused = app.test_cli_runner().invoke(
        args=["import", "stackexchange", str(tmp_path / "two"), "--source", "another"]
    )
    assert refused.exit_code == 2
    assert "imported as 'one'" in refused.output


def test_another_dump_in_a_folder_of_the_same_name_is_refused(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path / "a" / "dump"))
    other = write_dump(tmp_path / "b" / "dump", Posts=[question(1, CreationDate="2020-01-01T00:00:00.000")])
    refused = app.test_cli_runner().invoke(args=["import", "stackexchange", str(other)])
    assert refused.exit_code == 2
    assert "--source" in refused.output
    run(app, other, "--source", "other")
    assert counts()["threads"] == 4


def test_a_later_dump_of_the_same_site_adds_what_is_new(app: Flask, tmp_path: Path) -> None:
    first = [question(1), answer(2, 1)]
    run(app, write_dump(tmp_path / "one", Posts=first, Votes=[vote(1, 2)]))
    later = [question(1, AcceptedAnswerId=3), answer(2, 1), answer(3, 1), question(4)]
    run(
        app,
        write_dump(tmp_path / "two", Posts=later, Votes=[vote(1, 2), vote(2, 2)], Comments=[comment(1, 2)]),
    )
    posts = posts_of(thread_called("Question number 1"))
    assert [(post.number, post.reply_to_number, post.helpful_count) for post in posts] == [
        (1, None, 0),
        (2, None, 2),
        (3, 2, 0),
        (4, None, 0),
    ]
    assert thread_called("Question number 1").solved_at is not None
    assert counts() == count_dump.count(tmp_path / "two")
    assert list(repair.drift()) == []


def test_what_staff_changed_since_stays_as_it_is(app: Flask, tmp_path: Path) -> None:
    folder = small_dump(tmp_path)
    run(app, folder)
    with importing.writing():
        db.session.delete(db.session.scalars(select(Solution)).one())
        thread_called("Question number 3").duplicate_of_id = None
        posts_of(thread_called("Question number 2"))[1].visibility = "hidden"
    run(app, folder)
    assert counts()["solutions"] == counts()["duplicates"] == 0
    assert posts_of(thread_called("Question number 2"))[1].visibility == "hidden"


def test_nobody_is_told_and_only_imports_are_recorded(app: Flask, tmp_path: Path) -> None:
    run(app, small_dump(tmp_path))
    assert db.session.scalar(select(func.count(mailer.Mail.id))) == 0
    assert db.session.scalar(select(func.count(Notification.id))) == 0
    assert set(db.session.scalars(select(Event.action))) == {"thread.imported"}
    assert set(db.session.scalars(select(Event.thread_id))) == set(db.session.scalars(select(Thread.id)))


def test_the_category_is_the_one_that_was_named(app: Flask, tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    make.category("archive")
    run(app, small_dump(tmp_path), "--category", "archive", "--language", "de")
    thread = thread_called("Question number 1")
    assert (thread.category.slug, thread.language) == ("archive", "de")
    assert [category.slug for category in db.session.scalars(select(Category))] == ["archive"]


def test_a_category_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    refused = app.test_cli_runner().invoke(
        args=["import", "stackexchange", str(small_dump(tmp_path)), "--category", "nowhere"]
    )
    assert refused.exit_code == 2
    assert ledger_size() == 0


def test_duplicates_lead_to_the_last_of_a_chain_and_never_in_a_circle(app: Flask, tmp_path: Path) -> None:
    links = [(1, 1, 2), (2, 2, 3), (3, 3, 1), (4, 4, 4)]
    folder = write_dump(
        tmp_path,
        Posts=[question(number) for number in (1, 2, 3, 4)],
        PostLinks=[row(Id=number, PostId=post, RelatedPostId=older, LinkTypeId=3) for number, post, older in links],
    )
    output = run(app, folder).output
    last = thread_called("Question number 3").id
    assert thread_called("Question number 1").duplicate_of_id == last
    assert thread_called("Question number 2").duplicate_of_id == last
    assert "PostLinks.xml: a question cannot be a duplicate of itself: 2 (row 3, 4)" in output
    assert counts() == count_dump.count(folder)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["stackexchange-ai", "stackexchange-beer"])
def test_a_real_dump_gives_what_the_independent_counter_counts(app: Flask, name: str) -> None:
    folder = REAL_DUMPS / name
    if not folder.is_dir():
        pytest.skip(f"the real dump {name} is not here")
    run(app, folder)
    size = ledger_size()
    assert counts() == count_dump.count(folder)
    assert list(repair.drift()) == []
    assert db.session.scalar(select(func.count()).where(Post.html.startswith('<pre class="unrendered'))) == 0
    assert "Nothing new" in run(app, folder).output
    assert (counts(), ledger_size()) == (count_dump.count(folder), size)
    assert set(db.session.scalars(select(Event.action))) == {"thread.imported"}
    assert db.session.scalar(select(func.count(mailer.Mail.id))) == 0
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_a_batch_that_meets_a_faster_import_takes_the_rest(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other import finishes between planning and storing of this one."""
    folder = large_dump(tmp_path, questions=6)
    render = importing.planting.render_missing

    def overtaken(plans, report, files):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(importing.planting, "render_missing", render)
        words = render(plans, report, files)
        run(app, folder)
        return words

    monkeypatch.setattr(importing.planting, "render_missing", overtaken)
    run(app, folder)
    assert counts() == count_dump.count(folder)
