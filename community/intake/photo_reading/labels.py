"""Numbers that stand beside their names: the serial number on a type label, the invoice's number on its page.

The page is levelled and read as a whole; the value behind (or under) its name is then cut out, enlarged and read once
more. What the two readings do not agree about is no guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image

from .kinds import Guess
from .points import evened, scaled, tilt
from .recognising import Word, line_of, words

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"


@dataclass(frozen=True)
class Sought:
    """What a value is called, best first, and how it looks."""

    names: tuple[re.Pattern[str], ...]
    shape: re.Pattern[str]
    characters: str
    longest: int  # points of the page's longer side
    unless: re.Pattern[str] | None = None  # where this word stands, the first name alone counts


SERIAL = Sought(
    names=(re.compile(r"^(s/?n|ser(ial|ien)?[.-]*(no|nr|number|nummer)?|fabr(ik)?[.-]*(nr|nummer))[.:]*$"),),
    shape=re.compile(r"(?=(.*\d){3})[A-Z0-9][A-Z0-9-]{5,23}"),
    characters=f"{_CAPITALS}{_DIGITS}-",
    longest=1_800,
)
INVOICE = Sought(
    names=(
        re.compile(r"^(rechnungs?[.-]*(nr|nummer|no)|rechnung|invoice|inv[.-]*no)[.:]*$"),
        re.compile(r"^(kunden[.-]*(nr|nummer)|customer)[.:]*$"),
    ),
    shape=re.compile(r"(?=(.*\d){5})[A-Z]{0,4}[-/]?\d[\d/-]{3,20}\d"),
    characters=f"{_CAPITALS}{_DIGITS}-/",
    longest=2_200,
    unless=re.compile(r"rechnung|invoice"),
)
_DOUBTFUL = re.compile(r"[OQI]")  # among letters: it may as well be a zero or a one
_FILLERS = re.compile(r"^(no|nr|number|nummer|n[°º])?[.:]*$")


def valued(image: Image.Image, sought: Sought) -> Guess | None:
    """The value of what is sought, if it is clear."""
    level = _levelled(image, sought)
    for layout in (6, 11):
        found = [part for word in words(level, layout) for part in _parted(word)]
        for name in _names(found, sought):
            for value in _values_of(found, name, sought):
                if guess := _agreed(value, level, sought):
                    return guess
    return None


def _levelled(image: Image.Image, sought: Sought) -> Image.Image:
    even = evened(scaled(image, sought.longest))
    return even.rotate(tilt(even), Image.Resampling.BICUBIC, fillcolor=255)


# --- Where the value stands


def _names(found: list[Word], sought: Sought) -> tuple[re.Pattern[str], ...]:
    """An invoice whose own number cannot be read is not known by the customer's."""
    says_so = sought.unless and any(sought.unless.search(word.text.lower()) for word in found)
    return sought.names[:1] if says_so else sought.names


def _parted(word: Word) -> list[Word]:
    """A name and its value, where no gap stands behind the colon."""
    name, colon, value = word.text.partition(":")
    if not value or not name[:1].isalpha() or len(name) < 2 or ":" in value:
        return [word]
    share = round(word.width * len(name + colon) / len(word.text))
    first = replace(word, text=name + colon, width=share)
    return [first, replace(word, text=value, left=word.left + share, width=word.width - share)]


def _values_of(found: list[Word], name: re.Pattern[str], sought: Sought) -> list[Word]:
    values = []
    for line in _lines(found):
        for place, word in enumerate(line):
            if name.match(word.text.lower()):
                behind = [next_ for next_ in line[place + 1 :] if not _FILLERS.match(next_.text.lower())]
                values += [*_first_whole(behind), *_beneath(word, found)]
    return [value for value in values if sought.shape.fullmatch(_clean(value.text))]


def _first_whole(behind: list[Word]) -> list[Word]:
    """The first word, with those that Tesseract parted from it although hardly any gap is between them."""
    if not behind:
        return []
    whole = behind[0]
    for word in behind[1:]:
        if word.left - (whole.left + whole.width) > 0.45 * whole.height:
            break
        whole = replace(whole, text=whole.text + word.text, width=word.left + word.width - whole.left)
    return [whole]


def _lines(found: list[Word]) -> list[list[Word]]:
    """The words of each line from left to right: those at one height, whichever block Tesseract put them into."""
    left = sorted(found, key=lambda word: word.top + word.height / 2)
    lines: list[list[Word]] = []
    for word in left:
        middle = word.top + word.height / 2
        if lines and abs(middle - (lines[-1][0].top + lines[-1][0].height / 2)) < 0.6 * lines[-1][0].height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def _beneath(name: Word, found: list[Word]) -> list[Word]:
    under = [
        word
        for word in found
        if 0.5 * name.height < word.top - name.top < 3 * name.height and abs(word.left - name.left) < 2 * name.height
    ]
    return sorted(under, key=lambda word: word.top)[:1]


# --- Reading it once more


def _agreed(value: Word, level: Image.Image, sought: Sought) -> Guess | None:
    margin = value.height // 2
    box = (
        value.left - margin,
        value.top - margin,
        value.left + value.width + margin,
        value.top + value.height + margin,
    )
    cut = level.crop(box)
    large = cut.resize(
        (round(cut.width * 56 / value.height), round(cut.height * 56 / value.height)), Image.Resampling.BICUBIC
    )
    again, sure = line_of(large, sought.characters)
    first, second = _clean(value.text), _clean(again)
    if _alike(first) != _alike(second) or not sought.shape.fullmatch(second):
        return None
    text = _settled(second)
    return None if _DOUBTFUL.search(text) else Guess(text, round((value.confidence + sure) / 2, 3))


def _clean(text: str) -> str:
    return re.sub(r"[^A-Z0-9/-]", "", text.upper()).strip("-/")


def _alike(text: str) -> str:
    """The same for texts that differ in what looks the same."""
    return text.translate(str.maketrans("OQI", "001"))


def _settled(text: str) -> str:
    """Zeros and ones for letters that stand beside a digit."""
    return re.sub(r"(?<=\d)[OQI]+|[OQI]+(?=\d)", lambda found: _alike(found[0]), text)
