"""Whatever is wrong in a dump is told with file and row, and the rest is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts.models import Person
from community.core.extensions import db
from community.importers.stackexchange import gathering
from community.threads.models import Post, Thread
from tests.importers import count_dump
from tests.importers.dumps import answer, comment, counts, link, question, row, small_dump, user, vote, write_dump


@pytest.fixture
def reported(app: Flask, tmp_path: Path):  # type: ignore[no-untyped-def]
    """`reported(folder)`: import it; the report as a set of (file, row, problem)."""

    def imported(folder: Path) -> set[tuple[str, ...]]:
        report = tmp_path / "report.tsv"
        result = app.test_cli_runner().invoke(
            args=["import", "stackexchange", str(folder), "--source", "test", "--report", str(report)]
        )
        assert result.exit_code == 0, result.output
        db.session.rollback()
        lines = [tuple(line.split("\t")) for line in report.read_text().splitlines()]
        assert lines.pop(0) == ("file", "row", "problem")
        return {line for line in lines if "the file is missing" not in line[2]}

    return imported


def test_a_file_that_breaks_off_gives_what_was_read_before(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = small_dump(tmp_path / "dump")
    text = (folder / "Posts.xml").read_text()
    (folder / "Posts.xml").write_text(text[: text.index('Id="6"')])
    problems = reported(folder)
    malformed = "malformed XML; nothing after this line is read (last row 5)"
    assert ("Posts.xml", "line 8", malformed) in problems
    assert ("Comments.xml", "3", "a comment without its post") in problems
    assert counts()["threads"] == 3
    assert counts()["comments"] == 2


def test_a_mended_file_brings_the_rest(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = small_dump(tmp_path / "dump")
    text = (folder / "Posts.xml").read_text()
    (folder / "Posts.xml").write_text(text[: text.index('Id="5"')])
    reported(folder)
    (folder / "Posts.xml").write_text(text)
    assert reported(folder) == set()
    assert counts() == count_dump.count(folder)


@pytest.mark.parametrize("name", ["Users", "Comments", "Votes", "Tags", "PostLinks"])
def test_another_malformed_file_does_not_stop_the_posts(reported, tmp_path: Path, name: str) -> None:  # type: ignore[no-untyped-def]
    folder = small_dump(tmp_path / "dump")
    write_dump(folder, **{name: "<rows>\n<row Id='1' & />\n</rows>"})
    problems = reported(folder)
    assert (f"{name}.xml", "line 2", "malformed XML; nothing after this line is read (last row none)") in problems
    assert counts()["threads"] == 3


@pytest.mark.parametrize("name", ["Users", "Comments", "Votes", "Tags", "PostLinks"])
def test_a_missing_file_is_said(app: Flask, tmp_path: Path, name: str) -> None:
    folder = small_dump(tmp_path / "dump")
    (folder / f"{name}.xml").unlink()
    result = app.test_cli_runner().invoke(args=["import", "stackexchange", str(folder)])
    assert result.exit_code == 0
    assert f"  {name}.xml: the file is missing: " in result.output
    assert counts() == count_dump.count(folder)


def test_without_users_authors_go_by_their_numbers(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = small_dump(tmp_path / "dump")
    (folder / "Users.xml").unlink()
    reported(folder)
    names = set(db.session.scalars(select(Person.display_name)))
    assert names == {"user1", "user2", "user3", "Gone Gloria"}


BOMB = """<?xml version="1.0"?>
<!DOCTYPE posts [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<posts><row Id="1" PostTypeId="1" Title="&b;" Body="&b;" CreationDate="2016-01-01T00:00:00"/></posts>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE posts [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<posts><row Id="1" PostTypeId="1" Title="t" Body="&x;" CreationDate="2016-01-01T00:00:00"/></posts>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_are_refused(reported, tmp_path: Path, text: str) -> None:  # type: ignore[no-untyped-def]
    problems = reported(write_dump(tmp_path / "dump", Posts=text, Users=[user(1, "Alice")]))
    assert ("Posts.xml", "-", "the file declares a document type or entities: refused") in problems
    assert counts()["threads"] == 0


def test_bytes_that_are_no_text_are_reported(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = small_dump(tmp_path / "dump")
    (folder / "Comments.xml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert ("Comments.xml", "line 1", "malformed XML; nothing after this line is read (last row none)") in reported(
        folder
    )
    (folder / "Comments.xml").write_bytes(b'<?xml version="1.0" encoding="no-such-thing"?><comments/>')
    assert any(file == "Comments.xml" for file, _row, _problem in reported(folder))


def test_rows_that_lead_nowhere_are_reported_and_left(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = write_dump(
        tmp_path / "dump",
        Posts=[
            question(1, AcceptedAnswerId=99),
            answer(2, 77),
            answer(3, None),
            answer(4, 1),
            answer(7, 1, OwnerUserId=8),
            question(5, AcceptedAnswerId=4),
            row(Id=6, PostTypeId=5, Body="wiki"),
        ],
        Users=[user(1, "Alice"), user(3, "Cleo")],
        Comments=[comment(1, 2), comment(2, 88), comment(3, None), comment(4, 6), comment(5, 4)],
        Votes=[vote(1, 2), vote(2, 66), vote(3, None), vote(4, 6), vote(5, 4)],
        PostLinks=[link(1, 1, 55), link(2, 4, 1)],
    )
    assert reported(folder) == {
        ("Posts.xml", "1", "the accepted answer is not there: not solved"),
        ("Posts.xml", "5", "the accepted answer is not there: not solved"),
        ("Posts.xml", "2", "an answer without its question"),
        ("Posts.xml", "3", "an answer without its question"),
        ("Posts.xml", "4", "the author is not among the users: called by the number"),
        ("Posts.xml", "7", "the author is not among the users: called by the number"),
        ("Comments.xml", "1", "a comment without its post"),
        ("Comments.xml", "2", "a comment without its post"),
        ("Comments.xml", "3", "a comment without its post"),
        ("Votes.xml", "1", "an upvote without its post"),
        ("Votes.xml", "2", "an upvote without its post"),
        ("Votes.xml", "3", "an upvote without its post"),
        ("PostLinks.xml", "1", "a duplicate link without both its questions"),
        ("PostLinks.xml", "2", "a duplicate link without both its questions"),
    }
    assert counts() == count_dump.count(folder)


def test_rows_that_lack_something_are_reported_and_taken(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = write_dump(
        tmp_path / "dump",
        Posts=[
            question(1, CreationDate="yesterday"),
            question(2, Title=None, Body="<p>The text speaks for itself</p>"),
            question(3, OwnerUserId=None),
            question(4, Body="", Title="t" * 300),
            question(5, CreationDate="9999-01-01T00:00:00", ClosedDate="soon"),
            question(6, Tags="<a1><a2><a3><a4><a5><a6>"),
        ],
        Users=[user(1), user(2, "   ")],
    )
    date_is_wrong = "the CreationDate is missing, malformed or in the future; the row before lends its own"
    assert reported(folder) == {
        ("Posts.xml", "1", date_is_wrong),
        ("Posts.xml", "2", "a question without a title: its text lends one"),
        ("Posts.xml", "3", "no author is named: called anonymous"),
        ("Posts.xml", "4", "a question without text"),
        ("Posts.xml", "4", "the title is cut to 200 characters"),
        ("Posts.xml", "5", date_is_wrong),
        ("Posts.xml", "5", "the ClosedDate is malformed: left out"),
        ("Posts.xml", "6", "only the first 5 tags are taken"),
        ("Users.xml", "1", "a user without a name: called by the number"),
        ("Users.xml", "2", "a user without a name: called by the number"),
    }
    assert counts() == count_dump.count(folder)
    titles = set(db.session.scalars(select(Thread.title)))
    assert "The text speaks for itself" in titles
    assert max(len(title) for title in titles) == 200
    assert set(db.session.scalars(select(Person.display_name))) == {"user1", "anonymous"}


def test_rows_that_cannot_be_taken_are_reported(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = write_dump(
        tmp_path / "dump",
        Posts=[
            question(1),
            question(1, Title="The same number again"),
            answer(1, 1),
            row(PostTypeId=1, Title="No number", Body="x"),
            row(Id="zwölf", PostTypeId=1, Title="A word", Body="x"),
            row(Id="=cmd()\t\u202ex", PostTypeId=1, Title="Mean", Body="x"),
            row(Id=2, PostTypeId=99, Title="What is this", Body="x"),
            row(Id=3, Title="No type", Body="x"),
            question(4, Title=" ", Body=" "),
            answer(5, 1, Body="\u200b"),
        ],
        Comments=[comment(1, 1, Text="")],
        Tags=[row(Id=1)],
    )
    assert reported(folder) == {
        ("Posts.xml", "1", "the number was used before in this file; the first row counts"),
        ("Posts.xml", "without an Id", "the row has no number as its Id"),
        ("Posts.xml", "zwölf", "the row has no number as its Id"),
        ("Posts.xml", "=cmd() x", "the row has no number as its Id"),
        ("Posts.xml", "2", "an unknown PostTypeId"),
        ("Posts.xml", "3", "an unknown PostTypeId"),
        ("Posts.xml", "4", "a question without title and text"),
        ("Posts.xml", "5", "an answer without text"),
        ("Comments.xml", "1", "a comment without text"),
        ("Tags.xml", "1", "a tag without a name"),
    }
    assert counts()["threads"] == 1
    assert counts()["replies"] == 0


def test_a_huge_text_is_kept_and_shown_as_it_was_written(reported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    huge = "<p>" + "word " * 80_000 + "</p>"
    endless = "<p>" + "x" * gathering.TEXT_MAX
    problems = reported(write_dump(tmp_path / "dump", Posts=[question(1, Body=huge), question(2, Body=endless)]))
    not_rendered = "too large or too deep to render: shown as it was written"
    assert problems == {
        ("Posts.xml", "1", not_rendered),
        ("Posts.xml", "2", not_rendered),
        ("Posts.xml", "2", "the text is cut to 1,000,000 characters"),
    }
    first, second = db.session.scalars(select(Post).order_by(Post.id))
    assert first.source == huge
    assert first.html.startswith('<pre class="unrendered" tabindex="0">&lt;p&gt;word')
    assert len(second.source) == gathering.TEXT_MAX


def test_names_that_deceive_or_cannot_be_read_are_made_harmless(app: Flask, tmp_path: Path) -> None:
    names = ["<b>Eve</b>", "Moderator", "4915112345678", "你好", "\u202eevil", "a" * 80, "ß" * 40]
    folder = write_dump(
        tmp_path,
        Posts=[question(number, OwnerUserId=number) for number in range(1, len(names) + 1)],
        Users=[user(number, name) for number, name in enumerate(names, start=1)],
    )
    assert app.test_cli_runner().invoke(args=["import", "stackexchange", str(folder)]).exit_code == 0
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    shown = [person.display_name for person in people]
    assert shown == [
        "<b>Eve</b>",
        "Moderator (import)",
        "4915112345678",
        "你好",
        "evil",
        "a" * 39 + "…",
        "ß" * 40,
    ]
    assert len({person.name_key for person in people}) == len(names)
    assert all(len(person.name_key) <= 40 and person.name.isprintable() for person in people)


@pytest.mark.parametrize("how", ["nothing there", "a file", "no posts"])
def test_a_folder_that_is_no_dump_ends_with_2(app: Flask, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "dump"
    if how == "a file":
        folder.write_text("no folder")
    if how == "no posts":
        write_dump(folder, Users=[user(1, "Alice")])
    result = app.test_cli_runner().invoke(args=["import", "stackexchange", str(folder)])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize("text", ["", "<posts/>", "<posts>", "no xml at all", "<rows><row/></rows>"])
def test_posts_without_a_post_import_nothing(app: Flask, tmp_path: Path, text: str) -> None:
    result = app.test_cli_runner().invoke(args=["import", "stackexchange", str(write_dump(tmp_path, Posts=text))])
    assert result.exit_code == 0
    assert "no post could be read" in result.output
