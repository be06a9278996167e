"""Words that mean the same: what a question says with one word, and its case with another.

Synonyms act when a question is read, never when a case is indexed: a changed list acts with the next question. What
stands in for a word is worth less than the word itself (``similar.SYNONYM``).

The shipped list (``synonyms.txt`` beside this module) is of the service world; the staff's own groups are added to it by
a provider, see ``use``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from search_index.forms import verb_forms
from search_index.languages import LANGUAGES, Language, fold, pieces, stem, stopwords, words

LIST = Path(__file__).with_name("synonyms.txt")
LONGEST_PHRASE = 4
"""Words in a phrase; a longer one is left out."""

Ways = tuple[tuple[str, ...], ...]


class Group(NamedTuple):
    """Words or short phrases that mean the same, as a person writes them, in one language or (``""``) in both."""

    words: tuple[str, ...]
    language: Language | Literal[""] = ""


class Instead(NamedTuple):
    """The words ``[start:end]`` of a question can be said in these ways: tuples of folded words."""

    start: int
    end: int
    ways: Ways


class Synonyms:
    """Groups, ready to be looked up. A word may be in several of them; what it means in one does not reach another."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        self.groups = tuple(groups)
        self._ways: dict[Language, dict[tuple[str, ...], Ways]] = {
            language: _ways(self.groups, language) for language in LANGUAGES
        }

    def merged(self, groups: Iterable[Group]) -> Synonyms:
        """These groups and others together."""
        return Synonyms((*self.groups, *groups))

    def instead(self, folded: Sequence[str], language: Language) -> Iterator[Instead]:
        """What may stand for the words and phrases of a question, given its folded words in order, stop words too.

        A phrase comes before the words in it, which may still be said otherwise one by one. Inflected forms are
        recognised by their stems.
        """
        ways = self._ways[language]
        stems = tuple(_key(word, language) for word in folded)
        for start in range(len(stems)):
            for end in range(min(len(stems), start + LONGEST_PHRASE), start, -1):
                if found := ways.get(stems[start:end]):
                    yield Instead(start, end, found)


def _ways(groups: Iterable[Group], language: Language) -> dict[tuple[str, ...], Ways]:
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    single: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups:
        if group.language not in ("", language):
            continue
        phrases = [phrase for phrase in (_folded(text, language) for text in group.words) if phrase]
        for phrase in phrases:
            others = found.setdefault(tuple(_key(word, language) for word in phrase), {})
            others.update(dict.fromkeys(other for other in phrases if other != phrase))
            single[phrase] = others
    for phrase, others in single.items():
        for form in verb_forms(phrase[0], language) if len(phrase) == 1 else ():
            found.setdefault((form,), {}).update(others)
    return {key: tuple(others) for key, others in found.items() if others}


def _key(word: str, language: Language) -> str:
    """What a folded word is looked up by: its stem; a stop word as it is, so that no other word's stem is taken for it."""
    return f"={word}" if word in stopwords(language) else stem(word, language)


def _folded(text: str, language: Language) -> tuple[str, ...]:
    folded = tuple(fold(piece, language) for word in words(text) for piece in pieces(word.text))
    return folded if len(folded) <= LONGEST_PHRASE else ()


def read(text: str) -> Iterator[Group]:
    """The groups of a list: a group a line, its words parted by commas; ``[de]``, ``[en]`` or ``[both]`` on a line of
    its own says in which language those below are (both, before any); ``#`` begins a remark."""
    language: Language | Literal[""] = ""
    for line in text.splitlines():
        content = line.partition("#")[0].strip()
        if content in ("[de]", "[en]", "[both]"):
            language = "de" if content == "[de]" else "en" if content == "[en]" else ""
        elif said := tuple(word.strip() for word in content.split(",") if word.strip()):
            yield Group(said, language)


@lru_cache(maxsize=1)
def shipped() -> Synonyms:
    """The list that comes with the program."""
    return Synonyms(read(LIST.read_text("utf-8")))


Provider = Callable[[], tuple[Group, ...]]
"""The staff's groups as they are now. It is asked with every question, so it has to be quick and must not fail."""


def _no_groups() -> tuple[Group, ...]:
    return ()


_provider: Provider = _no_groups
_tried: ContextVar[Synonyms | None] = ContextVar("tried_synonyms", default=None)


def use(provider: Provider) -> None:
    """Add the groups of a provider to the shipped ones from now on (called once, where the search is wired)."""
    global _provider
    _provider = provider


def current() -> Synonyms:
    """The shipped groups and the staff's, as they are now; what ``trying`` says instead, within it."""
    return _tried.get() or together(_provider())


@lru_cache(maxsize=8)
def together(groups: tuple[Group, ...]) -> Synonyms:
    """The shipped groups and others, made once for the same groups."""
    return shipped().merged(groups) if groups else shipped()


@contextmanager
def trying(synonyms: Synonyms) -> Iterator[None]:
    """Within the block (in this thread) questions are read with other synonyms: for showing before and after.

    ``trying(together(groups))`` is the list as it would be with these groups of the staff's.
    """
    token = _tried.set(synonyms)
    try:
        yield
    finally:
        _tried.reset(token)
