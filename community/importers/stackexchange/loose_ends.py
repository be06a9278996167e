"""Rows on the shelf that speak of rows which are not there: each is told of, and the rest goes on without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..report import Report
from .dump import Dump
from .fields import integer
from .shelf import Kind, Shelf


@dataclass(frozen=True)
class _Ends:
    shelf: Shelf
    report: Report
    dump: Dump

    def file(self, name: str) -> str:
        return self.dump.files[name].name if name in self.dump.files else name

    @cached_property
    def questions(self) -> set[int]:
        return {number for number, _parent in self.shelf.parents_of(Kind.QUESTION)}

    @cached_property
    def left_out(self) -> set[int]:
        return {number for number, _parent in self.shelf.parents_of(Kind.LEFT_OUT)}

    @cached_property
    def answers(self) -> dict[int, int]:
        """The answers that have their question, with it."""
        return {number: of for number, of in self.shelf.parents_of(Kind.ANSWER) if of in self.questions}

    def is_post(self, number: int | None) -> bool:
        """Is it a question, or an answer that has its question?"""
        return number in self.questions or number in self.answers


def report_loose_ends(shelf: Shelf, report: Report, dump: Dump) -> None:
    """Report every answer, comment, vote, acceptance, author and link that leads nowhere, and count what has no place."""
    ends = _Ends(shelf, report, dump)
    report.leave_out("posts that are neither question nor answer (wikis of tags and the like)", len(ends.left_out))
    _answers(ends)
    _comments(ends)
    _votes(ends)
    _accepted(ends)
    _authors(ends)
    _links(ends)


def _answers(ends: _Ends) -> None:
    for number, _question in ends.shelf.parents_of(Kind.ANSWER):
        if number not in ends.answers:
            ends.report.problem(ends.file("Posts.xml"), number, "an answer without its question")


def _comments(ends: _Ends) -> None:
    for number, post in ends.shelf.parents_of(Kind.COMMENT):
        if post in ends.left_out:
            ends.report.leave_out("comments on such posts")
        elif not ends.is_post(post):
            ends.report.problem(ends.file("Comments.xml"), number, "a comment without its post")


def _votes(ends: _Ends) -> None:
    for number, post in ends.shelf.parents_of(Kind.VOTE):
        if post in ends.left_out:
            ends.report.leave_out("upvotes of such posts")
        elif post in ends.questions:
            ends.report.leave_out("upvotes of questions (only replies can be helpful)")
        elif post not in ends.answers:
            ends.report.problem(ends.file("Votes.xml"), number, "an upvote without its post")


def _accepted(ends: _Ends) -> None:
    for question in ends.shelf.all_of(Kind.QUESTION):
        if "AcceptedAnswerId" not in question.fields:
            continue
        answer = integer(question.fields, "AcceptedAnswerId")
        if answer is None or ends.answers.get(answer) != question.id:
            ends.report.problem(ends.file("Posts.xml"), question.id, "the accepted answer is not there: not solved")


def _authors(ends: _Ends) -> None:
    if "Users.xml" not in ends.dump.files:
        return
    users = {number for number, _parent in ends.shelf.parents_of(Kind.USER)}
    told: set[int] = set()
    for kind, file, field in (
        (Kind.QUESTION, "Posts.xml", "OwnerUserId"),
        (Kind.ANSWER, "Posts.xml", "OwnerUserId"),
        (Kind.COMMENT, "Comments.xml", "UserId"),
    ):
        for item in ends.shelf.all_of(kind):
            author, is_taken = integer(item.fields, field), ends.is_post(item.parent or item.id)
            if is_taken and author is not None and author not in users and author not in told:
                told.add(author)
                ends.report.problem(ends.file(file), item.id, "the author is not among the users: called by the number")


def _links(ends: _Ends) -> None:
    for link in ends.shelf.all_of(Kind.LINK):
        if integer(link.fields, "PostId") not in ends.questions or link.parent not in ends.questions:
            ends.report.problem(ends.file("PostLinks.xml"), link.id, "a duplicate link without both its questions")
