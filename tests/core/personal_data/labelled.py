"""Sentences with what is personal in them, and how well it is found. A finding is right if it overlaps a label of its kind."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from community.core.personal_data import Finding, Kind

HALVES = ("first", "held_out")
_LABEL = re.compile(r"\[(" + "|".join(Kind) + r")\|")


@dataclass(frozen=True)
class Sentence:
    """A text, its language, and where what stands in it."""

    language: str
    text: str
    labels: tuple[Finding, ...]


@dataclass(frozen=True)
class Figures:
    """Of one kind: how many findings are right, how many wrong, how many labels were found, how many missed."""

    right: int
    wrong: int
    met: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.met / max(1, self.met + self.missed)


def sentences(half: str) -> list[Sentence]:
    """All of one half."""
    groups = tomllib.loads((Path(__file__).parent / f"{half}.toml").read_text())
    return [_read(name.split("_")[0], line) for name, lines in groups.items() for line in lines.splitlines()]


def _read(language: str, line: str) -> Sentence:
    text, labels = "", []
    rest = line.replace("\\n", "\n").replace("\\t", "\t")
    while match := _LABEL.search(rest):
        text += rest[: match.start()]
        end = _closing(rest, match.end())
        labels.append(Finding(Kind(match[1]), len(text), len(text) + end - match.end()))
        text, rest = text + rest[match.end() : end], rest[end + 1 :]
    return Sentence(language, text + rest, tuple(labels))


def _closing(text: str, place: int) -> int:
    """The bracket that closes the label; pairs of them may stand in it."""
    depth = 1
    while depth:
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        place += 1
    return place - 1


def overlaps(one: Finding, other: Finding) -> bool:
    return one.kind is other.kind and one.start < other.end and other.start < one.end


def judged(tried: Iterable[Sentence], find: Callable[[str], list[Finding]]) -> dict[Kind, Figures]:
    """The figures of each kind."""
    counts: Counter[tuple[Kind, str]] = Counter(pair for one in tried for pair in _judged_one(one, find(one.text)))
    words = ("right", "wrong", "met", "missed")
    return {kind: Figures(**{word: counts[kind, word] for word in words}) for kind in Kind}


def _judged_one(sentence: Sentence, found: list[Finding]) -> Iterator[tuple[Kind, str]]:
    for one in found:
        yield one.kind, "right" if any(overlaps(one, label) for label in sentence.labels) else "wrong"
    for label in sentence.labels:
        yield label.kind, "met" if any(overlaps(label, one) for one in found) else "missed"
