"""What is looked at in a text: words, pairs of words, where its links lead, how many there are, capitals, how new its author is.

A mark is kept as a hash: what was learnt is good for scoring and not for reading, and no table repeats what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import islice, pairwise

from ..watched_words.matching import words_in

#: So many words of a text are looked at, and so much of a word.
WORDS_MAX = 400
WORD_MAX = 40
_LINK = re.compile(r"(?:https?://|\bwww\.)([^\s/?#<>\"'()\[\]\\]{1,253})", re.IGNORECASE)
_NEW, _RECENT = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Text:
    """A post as it is judged: `source` is what was typed, `plain` what is read; `age` of the account when it was posted."""

    title: str
    plain: str
    source: str
    age: timedelta


def marks_of(text: Text) -> frozenset[str]:
    """Its marks, each once."""
    return frozenset(_hash(mark) for mark in readable_marks(text))


def _hash(mark: str) -> str:
    return blake2b(mark.encode(), digest_size=8).hexdigest()


def readable_marks(text: Text) -> frozenset[str]:
    """The same in words, for tests and for explaining. What is no word has a sign in front that no word has."""
    words = [said.folded[:WORD_MAX] for said in islice(words_in(f"{text.title}\n{text.plain}"), WORDS_MAX)]
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return frozenset({*words, *pairs, *_of_links(text.source, len(words)), *_of_manner(text)})


def _of_links(source: str, words: int) -> Iterator[str]:
    hosts = [match.group(1).casefold() for match in islice(_LINK.finditer(source), 50)]
    yield from (f"@{host.removeprefix('www.')}" for host in hosts)
    if not hosts:
        yield "#no-link"
    else:
        yield "#links-many" if len(hosts) * 20 > words else "#links-few"


def _of_manner(text: Text) -> Iterator[str]:
    letters = [char for char in text.title + text.plain[:4_000] if char.isalpha()]
    if len(letters) > 20 and sum(char.isupper() for char in letters) * 3 > len(letters):
        yield "#shouting"
    yield "#author-new" if text.age < _NEW else "#author-recent" if text.age < _RECENT else "#author-known"
