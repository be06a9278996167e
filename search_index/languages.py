"""What a text says, as index terms: the rule of how German and English words are brought to one form.

A term is a plain string, and its first character tells its kind:

* a *stem* (``storung``): folded, then cut by the Snowball stemmer of the language;
* an *identifier* (``5.1.90``, ``winmail.dat``): kept whole beside its parts;
* a *gram* (``~tung``): four characters of a word, with ``_`` for its edges. Grams bear typos, compounds and spellings.

Folding makes one spelling of many: ``Störung``, ``Stoerung`` and ``Storung`` are one word, and so are ``Maß`` and
``Mass``.
Everything here is a pure function of its arguments.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from whoosh.lang import stemmer_for_language
from whoosh.lang.stopwords import stoplists

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")

GRAM = "~"
GRAM_SIZE = 4
LONGEST_WORD = 60
SHORTEST_COMPOUND = 8
SHORTEST_PART = 4
COMPOUND_WEIGHT = 0.6
GRAM_TEXT = 1000
LINKS = ("", "s", "es", "n", "en", "er", "e")

_WORD = re.compile(r"[^\W_]+(?:[.:/_+-][^\W_]+)*")
_SEPARATOR = re.compile(r"[.:/_+-]")
_LINKS = frozenset(".:/_+-")
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_DIGRAPH = re.compile(r"ae|oe|(?<![aeiouyq])ue")

# Words that say nothing about an issue beyond what the stemmers' own lists hold.
_MORE_STOPWORDS: dict[Language, frozenset[str]] = {
    "de": frozenset(
        "bitte danke hallo hilfe frage problem mal schon immer noch nie wer wo wie was warum wieso weshalb wann wozu "
        "geht gehen gibt kommt kommen klappt wurde wurden worden kriege kriegt beim seit trotz obwohl leider einfach "
        "eigentlich irgendwie jetzt heute plötzlich ständig dauernd wohl etwa gar ganz je ja nein nix ner ne "
        "nen aufs ans ins durchs fürs ums übers unters vors hinterm überm unterm vom zum zur".split()
    ),
    "en": frozenset(
        "please thanks hello help question problem still always anyone someone get gets getting got cannot could "
        "would using don doesn didn isn won ve ll re".split()
    ),
}
_LIGHT: dict[Language, frozenset[str]] = {
    "de": frozenset(
        "ab an auf aus bei bitte mal können konnte kann könnte muss müssen soll sollen sollte will wollen möchte darf "
        "dürfen lassen lässt lass mache machen macht gemacht tun tut getan bekomme bekommen bekommt brauche brauchen "
        "hätte gerade nun dann dort hier mehr weniger sehr ganz nur doch halt alle alles etwas jemand irgendwas "
        "irgendwo irgendwann gestern morgen mittlerweile inzwischen andauernd manchmal öfter wieder bereits sogar "
        "überhaupt sobald falls sondern sonst außer trotzdem dadurch deshalb daher nämlich also dabei dafür damit "
        "funktioniert funktionieren funktioniere fehler fehlermeldung meldung lösung lösen suche gesucht finde "
        "problem probleme frage weiß wissen versuche versucht plötzlich bisschen kaum gut schlecht richtig falsch "
        "egal dringend erledigen neuerdings bisher davon dazu darauf dran drin rein raus mir uns unsere unserem "
        "unseren meinen meinem meiner gerne lange zeit leute sachen sache ding dinge mach kriegen stimmt passiert "
        "einige viele wenige beide jeder jede jedes selbst selber sieht sehen steht stehen "
        "bleibt bleiben nutze nutzen benutze verwenden verwende möglich geben gäbe meint meinen sagt sagen heißt heißen "
        "bringt bringen normal normalerweise gleich fast ganze komplett total völlig endlich sofort schnell einzige "
        "hundert tausend paar mehrmals dauerhaft ewig endlos bloß wirklich genau eher meistens oft selten zuletzt "
        "letzte letzter nächste vorher nachher danach davor zuvor während anscheinend angeblich offenbar "
        "merkwürdig komisch seltsam nervt ärgerlich geklappt klappen gegangen ging kam kommen gekommen wollte "
        "hoffe hoffentlich danke grüße jemandem niemand nirgends nirgendwo keine keiner hilfe helfen hilft".split()
    ),
    "en": frozenset(
        "able about again also anything back been does doing done even every everything fails fix fixed found getting "
        "give go goes going good have having how issue issues it just keep keeps know like long look make makes making "
        "many maybe more much must my need needs never new nothing now off ok one only other our out properly really "
        "right see seems should show since some something stop suddenly sure take than them thing things think though "
        "tried try trying use used want wants way well went what when where which while why without work working works "
        "wrong yet you your".split()
    ),
}


class Word(NamedTuple):
    """One word as it stands in the text: its characters ``text[start:end]``."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in order. Parts joined by ``. : / _ + -`` are one word here (``E-Mail``, ``5.1.90``).

    What is longer than ``LONGEST_WORD`` is no word (a key, a pasted line) and is left out.
    """
    for match in _WORD.finditer(text):
        if len(match[0]) <= LONGEST_WORD:
            yield Word(match[0], match.start(), match.end())


def each_word(text: str) -> set[str]:
    """The same words, each once and without places, and what is too long to be one: a tenth of the time."""
    return set(_WORD.findall(text))


def is_word_at(text: str, at: int, word: str) -> bool:
    """Whether a word of the text begins here and is this one, where the text goes on so: ``Mail`` is no word in ``E-Mail``."""
    before = text[max(0, at - 2) : at]
    if before[-1:].isalnum() or (before[-1:] in _LINKS and before[:1].isalnum() and len(before) > 1):
        return False
    match = _WORD.match(text, at)
    return match is not None and match[0] == word


def pieces(word: str) -> list[str]:
    """The parts of an identifier: ``E-Mail`` is *E, Mail*, ``PowerPoint`` is *Power, Point*; a plain word is itself."""
    found = [part for part in _SEPARATOR.split(word) if part]
    if word.islower() or word.istitle() or word.isupper():
        return found
    return [piece for part in found for piece in _CAMEL.split(part)]


def fold(word: str, language: Language) -> str:
    """One spelling of a word: lower case, no accents, ``ß`` as ``ss`` and, in German, ``ae oe ue`` as ``a o u``."""
    if word.isascii():
        folded = word.lower()
    else:
        plain = unicodedata.normalize("NFKD", word.casefold())
        folded = "".join(character for character in plain if not unicodedata.combining(character))
    return _DIGRAPH.sub(lambda match: match[0][0], folded) if language == "de" else folded


def whole(word: str, language: Language) -> tuple[str, ...]:
    """The terms of a word of several pieces as one: as it is written, and as it may be written together by others:
    *e-mail* and *email*; *OneDrive* has the stem of *onedrive*."""
    folded = fold(word, language)
    plain = _SEPARATOR.sub("", folded)
    return tuple(dict.fromkeys((folded, stem(plain, language)))) if plain.isalpha() else (folded,)


@cache
def stopwords(language: Language) -> frozenset[str]:
    """Folded words that carry no meaning of their own."""
    return frozenset(fold(word, language) for word in stoplists[language] | _MORE_STOPWORDS[language])


def is_light(word: str, language: Language) -> bool:
    """Whether people use a folded word for any issue, so that it says little about one."""
    return stem(word, language) in _light(language)


@cache
def _light(language: Language) -> frozenset[str]:
    return frozenset(stem(fold(word, language), language) for word in _LIGHT[language])


@cache
def _stemmer(language: Language) -> Callable[[str], str]:
    stem: Callable[[str], str] = stemmer_for_language(language)
    return stem


@lru_cache(maxsize=100_000)
def stem(word: str, language: Language) -> str:
    """The Snowball stem of a folded word; words with digits stay as they are."""
    return _stemmer(language)(word) if word.isalpha() else word


@lru_cache(maxsize=50_000)
def grams(word: str) -> tuple[str, ...]:
    """The four-character pieces of a folded word, edges marked: ``~_sto ~stor ... ~ung_``; short words give one."""
    framed = f"_{word}_"
    if len(framed) <= GRAM_SIZE:
        return (GRAM + framed,)
    return tuple(GRAM + framed[i : i + GRAM_SIZE] for i in range(len(framed) - GRAM_SIZE + 1))


def compound_parts(word: str, language: Language, is_word: Callable[[str], bool]) -> tuple[str, ...]:
    """The stems of the words that a folded word is made of, or nothing if it cannot be split.

    ``is_word`` tells whether a stem is a word of its own in this index, so the site's vocabulary is the dictionary:
    *rechnungsbetrag* is *rechnung, betrag* where both are written alone. The longest head wins; a linking sound
    (*s, es, n, en, er, e*) between the parts is dropped.
    """
    if len(word) < SHORTEST_COMPOUND or not word.isalpha():
        return ()
    for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        tail = stem(word[cut:], language)
        if not is_word(tail):
            continue
        for head in _heads(word[:cut]):
            head_stem = stem(head, language)
            if is_word(head_stem):
                return (head_stem, tail)
            if inner := compound_parts(head, language, is_word):
                return (*inner, tail)
    return ()


def _heads(text: str) -> Iterator[str]:
    """The first part of a compound with and without its linking sound."""
    for link in LINKS:
        if text.endswith(link) and len(text) - len(link) >= SHORTEST_PART:
            yield text[: len(text) - len(link)]


def no_vocabulary(_: str) -> bool:
    """Where nothing is known yet, no word is a compound."""
    return False


class Token(NamedTuple):
    """What one word of a text contributes: its folded pieces, and of those that say something, terms and grams."""

    pieces: tuple[str, ...]
    terms: tuple[str, ...]
    grams: tuple[str, ...]
    long: tuple[str, ...]
    """The pieces that may be compounds."""


@lru_cache(maxsize=30_000)
def token(word: str, language: Language) -> Token:
    """Read one word. Texts repeat their words, so this is where the time of an analysis would go."""
    folded = tuple(fold(piece, language) for piece in pieces(word))
    telling = [part for part in folded if part not in stopwords(language)]
    names = whole(word, language) if len(folded) > 1 else ()
    return Token(
        folded,
        (*names, *(stem(part, language) for part in telling)),
        tuple(gram for part in telling for gram in grams(part)),
        tuple(part for part in telling if len(part) >= SHORTEST_COMPOUND),
    )


class Analysis(NamedTuple):
    """The terms of a text with how much each occurs in it, and the text's length in words."""

    terms: dict[str, float]
    length: int


def analyse(text: str, language: Language, is_word: Callable[[str], bool] = no_vocabulary) -> Analysis:
    """Every term of a text: stems, identifiers, parts of compounds (at ``COMPOUND_WEIGHT``) and grams.

    Stop words count for the length alone. Grams are taken from the first ``GRAM_TEXT`` characters: beyond them they
    cost space and find nothing more.
    """
    found: list[str] = []
    long: list[str] = []
    length = 0
    for word in words(text):
        read = token(word.text, language)
        length += len(read.pieces)
        found += read.terms
        long += read.long
        if word.start < GRAM_TEXT:
            found += read.grams
    terms: dict[str, float] = dict(Counter(found))
    for compound, count in Counter(long).items():
        for part in compound_parts(compound, language, is_word):
            terms[part] = terms.get(part, 0) + COMPOUND_WEIGHT * count
    return Analysis(terms, length)


def stems(text: str, language: Language) -> set[str]:
    """The stems and identifiers of a text, stop words aside."""
    return {term for word in words(text) for term in token(word.text, language).terms}


def plain_words(text: str, language: Language) -> str:
    """The folded words of a text with one space around each, so that a phrase is found as a piece of a string."""
    return " " + "".join(f"{piece} " for word in words(text) for piece in token(word.text, language).pieces)


def recognise(text: str) -> Language | None:
    """The language a text is written in, judged by its small words and umlauts, or None if it does not show."""
    points = {"de": 0, "en": 0}
    for word in words(text):
        lowered = word.text.casefold()
        german, english = lowered in _small_words("de"), lowered in _small_words("en")
        if german != english:
            points["de" if german else "en"] += 1
        elif any(character in "äöü" for character in lowered):
            points["de"] += 1
    if points["de"] == points["en"]:
        return None
    return "de" if points["de"] > points["en"] else "en"


@cache
def _small_words(language: Language) -> frozenset[str]:
    return frozenset(word.casefold() for word in stoplists[language] | _MORE_STOPWORDS[language])
