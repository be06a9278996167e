"""Nudges: short, friendly advice before something is posted. None of them ever stops anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

FEW_WORDS = 3
SHORT_BODY = 60
SHOUTED_LETTERS = 10
SHOUTED_SHARE = 0.7
CASES_AGREE = 2
OLD_AFTER = timedelta(days=180)


@dataclass(frozen=True)
class Nudge:
    """Advice about one part of what was written: 'title' or 'body'."""

    about: str
    text: Any


def nudges(title: str, body: str) -> list[Nudge]:
    """What would help this text to be understood and answered; at most one for each part."""
    found = []
    if _is_shouted(title):
        found.append(Nudge("title", _l("The title is in capital letters. Small ones are easier to read.")))
    elif len(title.split()) < FEW_WORDS:
        found.append(Nudge("title", _l("The title is short. What does not work, and with which device or bill?")))
    if _is_shouted(body):
        found.append(Nudge("body", _l("The text is in capital letters. Small ones are easier to read.")))
    elif len(body.strip()) < SHORT_BODY:
        found.append(Nudge("body", _l("The text is short. Since when is it so, and what have you tried?")))
    return found


def _is_shouted(text: str) -> bool:
    capitals = sum(char.isupper() for char in text)
    letters = capitals + sum(char.islower() for char in text)
    return letters >= SHOUTED_LETTERS and capitals / letters >= SHOUTED_SHARE


def likelier_category(chosen: int, similar: Sequence[int]) -> int | None:
    """The category that this probably belongs to: that of at least two similar cases, none of which is in the chosen one.

    `chosen` and `similar` are ids of categories, `similar` one for each case.
    """
    if chosen in similar:
        return None
    ranked = Counter(similar).most_common(1)
    return ranked[0][0] if ranked and ranked[0][1] >= CASES_AGREE else None


def is_old(last_post_at: datetime, now: datetime) -> bool:
    """Has nobody written here for so long that a new thread may be answered sooner?"""
    return now - last_post_at > OLD_AFTER
