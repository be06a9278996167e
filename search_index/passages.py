"""Which piece of a thread a hit shows: the passage where the words of the query stand closest, the solution's first."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from search_index.languages import Language, Word, fold, grams, pieces, stem, stopwords, token, words

LENGTH = 240
LONGEST_POST = 20_000
NEAR_GRAMS = 0.5
SHORTEST_ALIKE = 5
SOLUTION_BONUS = 1.0


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


def best_passage(query: str, posts: Sequence[PostText], language: Language, length: int = LENGTH) -> Passage | None:
    """The passage of at most ``length`` characters with most of the query's words; None without any text.

    A solution wins over another post with one word more. Where nothing of the query is said, it is the beginning of the
    first solution, else of the first post. Words are compared as the index does: by stem, and by grams if they differ.
    """
    wanted = _wanted(query, language)
    best: tuple[float, Passage] | None = None
    for post in sorted((post for post in posts if post.text.strip()), key=lambda post: not post.is_solution):
        value, passage = _best_of_post(wanted, post, length)
        says_all = value >= wanted.count
        value += SOLUTION_BONUS if post.is_solution else 0.0
        if best is None or value > best[0]:
            best = value, passage
        if says_all:
            break  # no other post can say more
    return best[1] if best else None


def marks(query: str, text: str, language: Language) -> tuple[Mark, ...]:
    """Where a text (a title, say) has the words of a query."""
    return tuple(Mark(word.start, word.end) for word, _ in _found(_wanted(query, language), text))


class _Wanted:
    """The words of a query, ready to be compared."""

    def __init__(self, query: str, language: Language) -> None:
        self.language = language
        parts = [fold(piece, language) for word in words(query) for piece in pieces(word.text)]
        telling = [part for part in parts if part not in stopwords(language)] or parts
        self._numbers = {stem(part, language): number for number, part in enumerate(telling)}
        self._grams = [frozenset(grams(part)) for part in telling]
        self.count = len(set(self._numbers.values()))
        self._any_gram = frozenset().union(*self._grams)
        self._known: dict[str, int | None] = {}

    def number(self, word: str) -> int | None:
        """Which word of the query a word of a text is, or None. Texts repeat their words, so each is looked at once."""
        if word not in self._known:
            self._known[word] = self._number(word)
        return self._known[word]

    def _number(self, word: str) -> int | None:
        read = token(word, self.language)
        for part in read.pieces:
            number = self._numbers.get(stem(part, self.language))
            if number is not None:
                return number
        own = self._any_gram.intersection(read.grams)
        if not own or max(map(len, read.pieces)) < SHORTEST_ALIKE:
            return None
        for number, wanted in enumerate(self._grams):
            if len(wanted) > 1 and len(own & wanted) >= NEAR_GRAMS * len(wanted):
                return number
        return None


@lru_cache(maxsize=8)
def _wanted(query: str, language: Language) -> _Wanted:
    """Made once for all texts of a page of results."""
    return _Wanted(query, language)


def _found(wanted: _Wanted, text: str) -> Iterable[tuple[Word, int]]:
    for word in words(text[:LONGEST_POST]):
        number = wanted.number(word.text)
        if number is not None:
            yield word, number


def _best_of_post(wanted: _Wanted, post: PostText, length: int) -> tuple[float, Passage]:
    text = post.text
    found = list(_found(wanted, text))
    start, value, first = 0, 0.0, 0
    for last, (word, _) in enumerate(found):
        while word.end - found[first][0].start > length * 0.8:
            first += 1
        numbers = [number for _, number in found[first : last + 1]]
        worth = len(set(numbers)) + 0.01 * min(len(numbers), 9)
        if worth > value:
            value, start = worth, found[first][0].start
    start = _sentence_start(text, start, length)
    end = _word_end(text, start + length)
    piece = text[start:end]
    inside = tuple(
        Mark(word.start - start, word.end - start) for word, _ in found if word.start >= start and word.end <= end
    )
    return value, Passage(post.post_id, piece, inside, post.is_solution, start > 0, end < len(text.rstrip()))


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
