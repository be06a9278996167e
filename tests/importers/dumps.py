"""Writes small dumps, right and wrong ones, and counts what is in the database after an import."""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import quoteattr

from sqlalchemy import func, select

from community.core.extensions import db
from community.importers.models import ImportedRow
from community.threads.models import Post, Solution, Tag, Thread

ROOT = Path(__file__).resolve().parents[2]
REAL_DUMPS = Path(os.environ.get("THEKE_REAL_DATA", ROOT.parent / "shared" / "data"))

Fields = dict[str, object]


def row(**fields: object) -> str:
    """One `<row>`; fields that are None are left out."""
    written = " ".join(f"{name}={quoteattr(str(value))}" for name, value in fields.items() if value is not None)
    return f"  <row {written} />"


def question(number: int, **fields: object) -> str:
    """A question by user 1, on the day of its number."""
    usual: Fields = {
        "Id": number,
        "PostTypeId": 1,
        "CreationDate": day(number),
        "Title": f"Question number {number}",
        "Body": f"<p>How does number {number} work?</p>",
        "Tags": "<router><dsl>",
        "OwnerUserId": 1,
    }
    return row(**usual | fields)


def answer(number: int, to: int | None, **fields: object) -> str:
    """An answer by user 2, on the day of its number."""
    usual: Fields = {
        "Id": number,
        "PostTypeId": 2,
        "ParentId": to,
        "CreationDate": day(number),
        "Body": f"<p>Like this, says answer {number}.</p>",
        "OwnerUserId": 2,
    }
    return row(**usual | fields)


def comment(number: int, on: int | None, **fields: object) -> str:
    """A comment by user 3, on the day of its number."""
    usual: Fields = {
        "Id": number,
        "PostId": on,
        "Score": 0,
        "Text": f"Comment {number}, with `code`.",
        "CreationDate": day(number),
        "UserId": 3,
    }
    return row(**usual | fields)


def user(number: int, name: str | None = None, **fields: object) -> str:
    """A user since 2015."""
    usual: Fields = {"Id": number, "CreationDate": "2015-01-01T00:00:00.000", "DisplayName": name}
    return row(**usual | fields)


def vote(number: int, post: int | None, kind: int = 2) -> str:
    """An upvote, unless `kind` says otherwise."""
    return row(Id=number, PostId=post, VoteTypeId=kind, CreationDate="2016-03-01T00:00:00.000")


def link(number: int, post: int, older: int, kind: int = 3) -> str:
    """`post` is a duplicate of `older`, unless `kind` says otherwise."""
    return row(Id=number, CreationDate="2016-03-01T00:00:00.000", PostId=post, RelatedPostId=older, LinkTypeId=kind)


def day(number: int) -> str:
    """A moment that grows with the number, as dumps write it."""
    return f"2016-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}T{number // 336 % 24:02}:30:00.500"


def write_dump(folder: Path, **files: list[str] | str) -> Path:
    """`Posts=[row, ...]` becomes Posts.xml and so on; a text is written as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if not isinstance(content, str):
            lines = "\n".join(content)
            content = f'<?xml version="1.0" encoding="utf-8"?>\n<{name.lower()}>\n{lines}\n</{name.lower()}>\n'
        (folder / f"{name}.xml").write_text(content, encoding="utf-8")
    return folder


def small_dump(folder: Path) -> Path:
    """Three questions with everything that belongs to them; nothing is wrong."""
    return write_dump(
        folder,
        Posts=[
            question(1, AcceptedAnswerId=4, LastEditorUserId=3, LastEditDate="2016-02-01T10:00:00.000"),
            question(2, Tags="|dsl|c++|", ClosedDate="2016-02-02T10:00:00.000"),
            question(3),
            answer(4, 1),
            answer(5, 1, OwnerUserId=None, OwnerDisplayName="Gone Gloria"),
            answer(6, 2),
            row(Id=7, PostTypeId=4, CreationDate=day(7), Body="About dsl"),
            row(Id=8, PostTypeId=5, CreationDate=day(8), Body="More about dsl"),
        ],
        Users=[user(1, "Alice Ask"), user(2, "Bob"), user(3, "Support Team"), user(4, "Never Wrote")],
        Comments=[
            comment(1, 1, CreationDate="2016-01-05T10:00:00"),
            comment(2, 4, Score=2, CreationDate="2016-01-09T10:00:00"),
            comment(3, 6),
        ],
        Votes=[vote(1, 4), vote(2, 4), vote(3, 5), vote(4, 1), vote(5, 4, kind=1), vote(6, 4, kind=3)],
        Tags=[row(Id=1, TagName="dsl", Count=3), row(Id=2, TagName="unused", Count=0)],
        PostLinks=[link(1, 3, 2), link(2, 1, 2, kind=1)],
    )


def large_dump(folder: Path, questions: int = 150) -> Path:
    """Many questions, each with two answers and three comments; every third is solved, every tenth a duplicate."""
    posts, comments, votes = [], [], []
    for number in range(1, questions + 1):
        first, second = 1000 + 2 * number, 1001 + 2 * number
        posts.append(question(number, AcceptedAnswerId=first if number % 3 == 0 else None))
        posts += [answer(first, number), answer(second, number, OwnerUserId=3 + number)]
        comments += [comment(3 * number + place, on) for place, on in enumerate((number, first, second))]
        votes.append(vote(number, first))
    links = [link(number, number, number - 1) for number in range(10, questions + 1, 10)]
    return write_dump(folder, Posts=posts, Comments=comments, Votes=votes, PostLinks=links)


def counts() -> dict[str, int]:
    """What the database holds, by the words of count_dump."""

    def how_many(*conditions: object) -> int:
        return db.session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]

    db.session.rollback()
    return {
        "threads": how_many(Thread.id > 0),
        "replies": how_many(Post.number > 1),
        "comments": how_many(Post.source_format == "markdown"),
        "solutions": how_many(Solution.post_id > 0),
        "tags": how_many(Tag.id > 0),
        "duplicates": how_many(Thread.duplicate_of_id.is_not(None)),
        "helpful_votes": db.session.scalar(select(func.sum(Post.helpful_count))) or 0,
    }


def ledger_size() -> int:
    """How many rows were imported so far."""
    db.session.rollback()
    return db.session.scalar(select(func.count(ImportedRow.id))) or 0
