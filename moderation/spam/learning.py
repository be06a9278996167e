"""Learning from examples, and scoring: pure functions of counts. Naive Bayes over marks, each counted once a text.

The weight of a mark is how much more frequent it is among spam than among the rest, as a logarithm. The weights of a text's
marks are summed and divided by the root of their number, because words of one text do not occur independently of each other
(cf. Rennie et al., *Tackling the Poor Assumptions of Naive Bayes Text Classifiers*, 2003, for what independence costs).
A mark that was never seen weighs nothing, however many more texts of one kind were learnt than of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import exp, log, sqrt
from typing import NamedTuple

#: As many of each kind must have been learnt before there is an opinion.
ENOUGH = 20
#: Stands for every text: in how many it was seen is how many were learnt.
EVERY = ""


class Seen(NamedTuple):
    """In how many spam texts and in how many others."""

    spam: int = 0
    ham: int = 0

    def plus(self, is_spam: bool, change: int) -> Seen:
        """After so many texts of one kind more; never below nothing."""
        spam, ham = (change, 0) if is_spam else (0, change)
        return Seen(max(0, self.spam + spam), max(0, self.ham + ham))


Counts = Mapping[str, Seen]
NEVER = Seen()


def learnt(counts: Counts, marks: Collection[str], is_spam: bool) -> dict[str, Seen]:
    """The counts after one more text with these marks."""
    return _after(counts, marks, is_spam, 1)


def unlearnt(counts: Counts, marks: Collection[str], is_spam: bool) -> dict[str, Seen]:
    """The counts as they were before that text was learnt."""
    return {mark: seen for mark, seen in _after(counts, marks, is_spam, -1).items() if seen != NEVER}


def _after(counts: Counts, marks: Collection[str], is_spam: bool, change: int) -> dict[str, Seen]:
    after = dict(counts)
    for mark in {EVERY, *marks}:
        after[mark] = after.get(mark, NEVER).plus(is_spam, change)
    return after


def is_enough(counts: Counts, enough: int = ENOUGH) -> bool:
    """Were enough texts of each kind learnt for an opinion?"""
    return min(counts.get(EVERY, NEVER)) >= enough


def weight(seen: Seen, every: Seen) -> float:
    """Above nothing: speaks for spam, and one more example of spam never lowers it. `every` is at least one of each."""
    smoothing = 1 / (2 * min(every))
    return log((seen.spam / every.spam + smoothing) / (seen.ham / every.ham + smoothing))


def score(marks: Collection[str], counts: Counts, enough: int = ENOUGH) -> float | None:
    """From 0 (nothing of spam) to 1; None while too little was learnt, or if there is nothing to go by."""
    if not marks or not is_enough(counts, enough):
        return None
    every = counts[EVERY]
    total = sum(weight(counts.get(mark, NEVER), every) for mark in sorted(set(marks)))
    return _squashed(total / sqrt(len(set(marks))))


def _squashed(value: float) -> float:
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))
