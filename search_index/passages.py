"""Which piece of a thread a hit shows: the passage where the words of the query stand closest, the solution's first."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from search_index.languages import (
    LONGEST_WORD,
    Language,
    each_word,
    fold,
    grams,
    is_word_at,
    pieces,
    stem,
    stopwords,
    token,
    words,
)

LENGTH = 240
LONGEST_POST = 20_000
NEAR_GRAMS = 0.5
SHORTEST_ALIKE = 5
SOLUTION_BONUS = 1.0  # a solution wins over a post that says one word more
SAID_AGAIN, MOST_AGAIN = 0.01, 9  # between two that say as many, the one that says them more often


class Mark(NamedTuple):
    """Characters ``text[start:end]`` of a passage that answer the query."""

    start: int
    end: int


class PostText(NamedTuple):
    """A post as passages need it: its plain text, and whether it is marked as a solution."""

    post_id: int
    text: str
    is_solution: bool = False


class Passage(NamedTuple):
    """A piece of a post to show, the marks in it in order, and whether the post goes on before and after it."""

    post_id: int
    text: str
    marks: tuple[Mark, ...]
    is_solution: bool
    cut_before: bool
    cut_after: bool


Meant = tuple[tuple[str, str], ...]
"""Folded words of a query that no case says, each with a stem that was meant by it."""


def best_passage(
    query: str, posts: Sequence[PostText], language: Language, length: int = LENGTH, meant: Meant = ()
) -> Passage | None:
    """The passage of at most ``length`` characters with most of the query's words; None without any text.

    A solution wins over another post with one word more. Where nothing of the query is said, it is the beginning of the
    first solution, else of the first post. Words are compared as the index does: by stem, and by grams if they differ.
    """
    wanted = _wanted(query, language, meant)
    best: _Place | None = None
    for post in sorted((post for post in posts if post.text.strip()), key=lambda post: not post.is_solution):
        place = _best_place(wanted, post, length)
        if best is None or place.value > best.value:
            best = place
        if best.value >= wanted.count:
            break  # no other post can say so much more
    return _passage(best, length) if best else None


def marks(query: str, text: str, language: Language, meant: Meant = ()) -> tuple[Mark, ...]:
    """Where a text (a title, say) has the words of a query."""
    return tuple(Mark(start, end) for start, end, _ in _found(_wanted(query, language, meant), text))


class _Wanted:
    """The words of a query, ready to be compared."""

    def __init__(self, query: str, language: Language, meant: Meant) -> None:
        self.language = language
        parts = [fold(piece, language) for word in words(query) for piece in pieces(word.text)]
        telling = [part for part in parts if part not in stopwords(language)] or parts
        said = {stem(part, language): number for number, part in enumerate(telling)}
        self._numbers = {right: telling.index(word) for word, right in meant if word in telling} | said
        self._grams = [frozenset(grams(part)) for part in telling]
        self.count = len(set(said.values()))
        self._any_gram = frozenset().union(*self._grams)
        self.known = _Known(self.number)

    def number(self, word: str) -> int | None:
        """Which word of the query a word of a text is, or None."""
        if len(word) > LONGEST_WORD:
            return None
        read = _read(word, self.language)
        if not read.stems.isdisjoint(self._numbers):
            return min(self._numbers[stem] for stem in read.stems if stem in self._numbers)
        if read.longest < SHORTEST_ALIKE or read.grams.isdisjoint(self._any_gram):
            return None
        for number, wanted in enumerate(self._grams):
            if len(wanted) > 1 and len(read.grams & wanted) >= NEAR_GRAMS * len(wanted):
                return number
        return None


class _Read(NamedTuple):
    """A word of a text as it is compared: the stems of its pieces, its grams, and the length of its longest piece."""

    stems: frozenset[str]
    grams: frozenset[str]
    longest: int


@lru_cache(maxsize=30_000)
def _read(word: str, language: Language) -> _Read:
    read = token(word, language)
    return _Read(
        frozenset(stem(piece, language) for piece in read.pieces),
        frozenset(read.grams),
        max(map(len, read.pieces), default=0),
    )


@lru_cache(maxsize=8)
def _wanted(query: str, language: Language, meant: Meant) -> _Wanted:
    """Made once for all texts of a page of results."""
    return _Wanted(query, language, meant)


class _Known(dict[str, int | None]):
    """What each word of a text is. Texts repeat their words, so each is looked at once."""

    def __init__(self, number: Callable[[str], int | None]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, word: str) -> int | None:
        self[word] = self._number(word)
        return self[word]


def _found(wanted: _Wanted, text: str) -> list[tuple[int, int, int]]:
    """Start, end and number of each word that the query has, too, in order; of a very long text among the first words."""
    known = wanted.known
    alike = [(word, number) for word in each_word(text[:LONGEST_POST]) if (number := known[word]) is not None]
    return sorted((start, start + len(word), number) for word, number in alike for start in places(text, word))


def places(text: str, word: str) -> Iterator[int]:
    """Where one of a text's words begins, each time."""
    at = text.find(word, 0, LONGEST_POST)
    while at >= 0:
        if is_word_at(text, at, word):
            yield at
        at = text.find(word, at + len(word), LONGEST_POST)


class _Place(NamedTuple):
    """Where in a post the words of a query stand closest: what that is worth, and all that was found there."""

    value: float
    post: PostText
    start: int
    found: list[tuple[int, int, int]]


def _best_place(wanted: _Wanted, post: PostText, length: int) -> _Place:
    found = _found(wanted, post.text)
    start, value, first = 0, 0.0, 0
    for last, (_, end, _) in enumerate(found):
        while end - found[first][0] > length * 0.8:
            first += 1
        numbers = [number for _, _, number in found[first : last + 1]]
        worth = len(set(numbers)) + SAID_AGAIN * min(len(numbers), MOST_AGAIN)
        if worth > value:
            value, start = worth, found[first][0]
    return _Place(value + (SOLUTION_BONUS if post.is_solution else 0.0), post, start, found)


def _passage(place: _Place, length: int) -> Passage:
    post, text = place.post, place.post.text
    start = _sentence_start(text, place.start, length)
    end = _word_end(text, start + length)
    inside = tuple(Mark(at - start, until - start) for at, until, _ in place.found if at >= start and until <= end)
    return Passage(post.post_id, text[start:end], inside, post.is_solution, start > 0, end < len(text.rstrip()))


def _sentence_start(text: str, position: int, length: int) -> int:
    """Where to begin so that the position is seen: its sentence if that is near, else a word a little before."""
    earliest = max(0, position - length // 5)
    if earliest == 0:
        return len(text) - len(text.lstrip()) if position < length // 5 else 0
    for at in range(position, earliest, -1):
        if text[at - 1] in ".!?\n" or text[at - 2 : at] in (". ", "! ", "? "):
            return at + (len(text[at:]) - len(text[at:].lstrip()))
    space = text.find(" ", earliest, position)
    return space + 1 if space >= 0 else position


def _word_end(text: str, position: int) -> int:
    if position >= len(text):
        return len(text.rstrip())
    space = max(text.rfind(" ", 0, position), text.rfind("\n", 0, position))
    return space if space > position - 40 else position
