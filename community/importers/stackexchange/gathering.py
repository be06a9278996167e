"""From the files to the shelf: every row is read once, checked, and kept or told of.

A row that cannot be taken is left; one that lacks something is taken with the best that stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from ...core import clock, limits
from ...core.text import is_blank, normalise_line
from ..progress import Advance
from ..reading import Row, rows
from ..report import WHOLE_FILE, Report
from .dump import WITHOUT, Dump
from .fields import Unusable, id_of, integer, moment, tag_names
from .shelf import Item, Kind, Shelf

TEXT_MAX = 1_000_000
"""Characters of a post that are kept. Far more than a customer may write; what the renderer refuses is shown as text."""

_HAVE_NO_PLACE = frozenset({3, 4, 5, 6, 7, 8})  # wikis, tag wikis, a moderator's election, privileges
_UPVOTE, _ACCEPTED = 2, 1
_DUPLICATE = 3
_WRITTEN = frozenset({Kind.QUESTION, Kind.ANSWER, Kind.COMMENT})


def gather(dump: Dump, shelf: Shelf, report: Report, advance: Advance) -> None:
    """Put the rows of all files on the shelf, and report what is wrong with each for itself."""
    for name in dump.missing:
        report.problem(name, WHOLE_FILE, f"the file is missing: {WITHOUT[name]}")
    for name, path in dump.files.items():
        before: datetime | None = None
        for row in rows(path, report, advance):
            item = _read(name, path.name, row, report)
            if item is None:
                continue
            if item.kind in _WRITTEN:
                item = _dated(item, before, path.name, report)
                before = item.at
            if shelf.put(name, item):
                for complaint in _complaints(item):
                    report.problem(path.name, item.id, complaint)
            else:
                report.problem(path.name, item.id, "the number was used before in this file; the first row counts")


def _read(name: str, shown_name: str, row: Row, report: Report) -> Item | None:
    try:
        return _READERS[name](row)
    except Unusable as reason:
        report.problem(shown_name, row.get("Id", "without an Id"), str(reason))
        return None


def _dated(item: Item, before: datetime | None, file: str, report: Report) -> Item:
    """With a moment in any case: without its own, that of the row before, since rows follow time."""
    if item.at is not None and item.at <= clock.now():
        return item
    report.problem(
        file, item.id, "the CreationDate is missing, malformed or in the future; the row before lends its own"
    )
    return replace(item, at=before or clock.now())


def _post(row: Row) -> Item | None:
    number, kind = id_of(row), integer(row, "PostTypeId")
    if kind in _HAVE_NO_PLACE:
        return Item(
            Kind.LEFT_OUT, number, fields={"PostTypeId": str(kind), "CreationDate": row.get("CreationDate", "")}
        )
    if kind == 1:
        if is_blank(row.get("Title", "")) and is_blank(row.get("Body", "")):
            raise Unusable("a question without title and text")
        return Item(Kind.QUESTION, number, None, moment(row, "CreationDate"), _cut(row, "Body"))
    if kind == 2:
        parent = integer(row, "ParentId")
        if parent is None:
            raise Unusable("an answer without its question")
        if is_blank(row.get("Body", "")):
            raise Unusable("an answer without text")
        return Item(Kind.ANSWER, number, parent, moment(row, "CreationDate"), _cut(row, "Body"))
    raise Unusable("an unknown PostTypeId")


def _comment(row: Row) -> Item | None:
    number, post = id_of(row), integer(row, "PostId")
    if post is None:
        raise Unusable("a comment without its post")
    if is_blank(row.get("Text", "")):
        raise Unusable("a comment without text")
    return Item(Kind.COMMENT, number, post, moment(row, "CreationDate"), _cut(row, "Text"))


def _cut(row: Row, name: str) -> Mapping[str, str]:
    return row if len(row.get(name, "")) <= TEXT_MAX else {**row, name: row[name][:TEXT_MAX], "cut": "yes"}


def _user(row: Row) -> Item | None:
    return Item(
        Kind.USER,
        id_of(row),
        None,
        moment(row, "CreationDate"),
        {"DisplayName": normalise_line(row.get("DisplayName", ""))},
    )


def _vote(row: Row) -> Item | None:
    number, kind, post = id_of(row), integer(row, "VoteTypeId"), integer(row, "PostId")
    if kind not in (_UPVOTE, _ACCEPTED):
        return None
    if post is None:
        raise Unusable("an upvote without its post" if kind == _UPVOTE else "an acceptance without its post")
    return Item(Kind.VOTE if kind == _UPVOTE else Kind.ACCEPTANCE, number, post, moment(row, "CreationDate"))


def _tag(row: Row) -> Item | None:
    if is_blank(row.get("TagName", "")):
        raise Unusable("a tag without a name")
    return Item(Kind.TAG, id_of(row), fields={"TagName": row["TagName"]})


def _link(row: Row) -> Item | None:
    number, kind = id_of(row), integer(row, "LinkTypeId")
    if kind != _DUPLICATE:
        return None
    post, older = integer(row, "PostId"), integer(row, "RelatedPostId")
    if post is None or older is None:
        raise Unusable("a duplicate link without both its questions")
    return Item(Kind.LINK, number, older, None, {"PostId": str(post)})


_READERS: Mapping[str, Callable[[Row], Item | None]] = {
    "Posts.xml": _post,
    "Users.xml": _user,
    "Comments.xml": _comment,
    "Votes.xml": _vote,
    "Tags.xml": _tag,
    "PostLinks.xml": _link,
}


def _complaints(item: Item) -> Iterator[str]:
    """What is wrong with a row that is taken all the same."""
    if item.kind == Kind.USER and is_blank(item.fields["DisplayName"]):
        yield "a user without a name: called by the number"
    if item.kind in _WRITTEN:
        yield from _complaints_about_a_post(item)
    if item.kind == Kind.QUESTION:
        yield from _complaints_about_a_question(item)


def _complaints_about_a_post(item: Item) -> Iterator[str]:
    if "cut" in item.fields:
        yield f"the text is cut to {TEXT_MAX:,} characters"
    if not any(item.fields.get(name) for name in ("OwnerUserId", "OwnerDisplayName", "UserId", "UserDisplayName")):
        yield "no author is named: called anonymous"
    for name in ("LastEditDate", "ClosedDate"):
        if name in item.fields and moment(item.fields, name) is None:
            yield f"the {name} is malformed: left out"


def _complaints_about_a_question(item: Item) -> Iterator[str]:
    title = normalise_line(item.fields.get("Title", ""))
    if is_blank(title):
        yield "a question without a title: its text lends one"
    if is_blank(item.fields.get("Body", "")):
        yield "a question without text"
    if len(title) > limits.TITLE_MAX:
        yield f"the title is cut to {limits.TITLE_MAX} characters"
    if len(tag_names(item.fields)) > limits.TAGS_PER_THREAD:
        yield f"only the first {limits.TAGS_PER_THREAD} tags are taken"


__all__ = ["TEXT_MAX", "gather"]
