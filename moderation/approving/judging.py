"""Who judges what somebody is about to post: each judge gives its reason to hold or refuse it, or none. The strictest counts.

Judges are added by the packages that know a reason (first posts and links, watched words, spam). They read, and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from flask import Flask, current_app


class Outcome(IntEnum):
    """What becomes of a post; the greater one wins."""

    HOLD = 1  # staff look at it before it is public
    REFUSE = 2  # it is not taken; the author is told why and keeps the text


@dataclass(frozen=True)
class Submission:
    """What is about to be posted. `title` is empty for replies; `text` is what was typed, `plain` what readers will read."""

    author_id: int
    category_id: int
    title: str
    text: str
    plain: str
    #: Where it links to outside the site; of a text that is edited, only what is new.
    links: tuple[str, ...] = ()
    #: The post whose text it would become; None: a new post.
    edited_id: int | None = None


@dataclass(frozen=True)
class Judgement:
    """One reason: `ground` is its name ("first_post", "link", "word", "spam"), `detail` what staff are shown of it."""

    outcome: Outcome
    ground: str
    detail: str = ""


Judge = Callable[[Submission], Judgement | None]
_JUDGES = "theke-judges"


def add_judge(app: Flask, judge: Judge) -> None:
    """Ask this one too."""
    judges = app.extensions.setdefault(_JUDGES, [])
    if judge not in judges:
        judges.append(judge)


def judgements(submission: Submission) -> list[Judgement]:
    """Every reason against it, the strictest first; empty: nothing speaks against it."""
    found = [judge(submission) for judge in current_app.extensions.get(_JUDGES, [])]
    return sorted((one for one in found if one is not None), key=lambda one: -one.outcome)
