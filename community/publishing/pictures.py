"""The pictures that other sites show beside a link: drawn here, from a title, a state and the site's own colours.

Equal cards are drawn once and kept; one picture is drawn at a time, so that drawing never takes more than one core.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont
from ttf_opensans import OPENSANS_BOLD, OPENSANS_REGULAR

from ..config import ROOT

SIZE = (1200, 630)
KEPT_BYTES = 16 * 1024 * 1024
MOST_LINES = 4
_MARGIN = 80
_TITLE_SIZE, _SMALL_SIZE = 64, 36
_LINE_HEIGHT = 84
_WIDTH = SIZE[0] - 2 * _MARGIN
_ELLIPSIS = "…"
_COLOURS_IN_A_PICTURE = 48
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


@dataclass(frozen=True)
class Card:
    """What a picture says. `state` is a word, or empty; `accent` a colour as #rrggbb, or empty for the built-in one."""

    title: str
    site: str
    state: str = ""
    is_solved: bool = False
    accent: str = ""

    @property
    def etag(self) -> str:
        """Changes with the picture, so that nothing of an old one need be kept."""
        said = "\0".join((self.title, self.site, self.state, str(self.is_solved), self.accent))
        return hashlib.sha256(said.encode()).hexdigest()[:20]


class Pictures:
    """The pictures drawn by this process, least recently asked for out first."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._drawn: OrderedDict[Card, bytes] = OrderedDict()
        self._mutex = threading.Lock()

    def get(self, card: Card) -> bytes | None:
        """The picture, if it was drawn before."""
        with self._mutex:
            if card in self._drawn:
                self._drawn.move_to_end(card)
            return self._drawn.get(card)

    def draw(self, card: Card) -> bytes:
        """The picture, drawn now."""
        with self._mutex:
            if card not in self._drawn:
                self._drawn[card] = draw(card)
                self._size += len(self._drawn[card])
            picture = self._drawn[card]
            while self._size > self._most:
                self._size -= len(self._drawn.popitem(last=False)[1])
            return picture


def draw(card: Card) -> bytes:
    """The card as a PNG of 1200 by 630 points."""
    colours = _site_colours()
    accent = card.accent or colours["accent"]
    image = Image.new("RGB", SIZE, colours["paper"])
    brush = ImageDraw.Draw(image)
    brush.rectangle((0, SIZE[1] - 24, SIZE[0], SIZE[1]), fill=accent)
    _counter(brush, accent)
    brush.text(
        (_MARGIN + 76, 72),
        _fitted(_drawable(card.site), _small(), _WIDTH - 76),
        font=_small(),
        fill=colours["ink-soft"],
    )
    for number, line in enumerate(lines_of(card.title)):
        brush.text((_MARGIN, 148 + number * _LINE_HEIGHT), line, font=_large(), fill=colours["ink"])
    if card.state:
        _state(brush, card, colours)
    packed = io.BytesIO()
    image.quantize(_COLOURS_IN_A_PICTURE, dither=Image.Dither.NONE).save(packed, "PNG")
    return packed.getvalue()


def lines_of(title: str) -> list[str]:
    """The title cut into at most four lines that fit; what is left out is an ellipsis."""
    lines: list[str] = []
    left = _drawable(title).split()
    while left and len(lines) < MOST_LINES:
        line = left.pop(0)
        while left and _large().getlength(f"{line} {left[0]}") <= _WIDTH:
            line = f"{line} {left.pop(0)}"
        is_last = len(lines) == MOST_LINES - 1
        lines.append(_fitted(f"{line} {left[0]}" if left and is_last else line, _large(), _WIDTH))
    return lines


def _fitted(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, or as much of its beginning as fits into `width` points with an ellipsis."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}{_ELLIPSIS}") > width:
        text = text[:-1]
    return f"{text.rstrip()}{_ELLIPSIS}"


def _counter(brush: ImageDraw.ImageDraw, colour: str) -> None:
    """The site's sign: something said, over a counter."""
    left, top = _MARGIN, 66
    brush.rounded_rectangle((left + 4, top, left + 52, top + 30), radius=6, fill=colour)
    brush.polygon([(left + 20, top + 30), (left + 32, top + 30), (left + 20, top + 42)], fill=colour)
    brush.rectangle((left - 2, top + 48, left + 58, top + 55), fill=colour)


def _state(brush: ImageDraw.ImageDraw, card: Card, colours: dict[str, str]) -> None:
    """Shape and word, as everywhere: a tick where it is solved, else a ring."""
    ink, wash = (
        (colours["solved"], colours["solved-wash"]) if card.is_solved else (colours["ink-soft"], colours["wash"])
    )
    left, top, word = _MARGIN, 520, _drawable(card.state)
    brush.rounded_rectangle((left, top, left + 104 + _small().getlength(word), top + 64), radius=32, fill=wash)
    if card.is_solved:
        brush.ellipse((left + 18, top + 14, left + 54, top + 50), fill=ink)
        brush.line(
            [(left + 27, top + 33), (left + 34, top + 40), (left + 46, top + 25)], fill=wash, width=5, joint="curve"
        )
    else:
        brush.ellipse((left + 20, top + 16, left + 52, top + 48), outline=ink, width=5)
    brush.text((left + 70, top + 32), word, font=_small(), fill=ink, anchor="lm")


@lru_cache(maxsize=1)
def _large() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(OPENSANS_BOLD.path), _TITLE_SIZE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _small() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(OPENSANS_REGULAR.path), _SMALL_SIZE, layout_engine=ImageFont.Layout.BASIC)


def _drawable(text: str) -> str:
    """The text without characters that the font has no picture of."""
    return "".join(char for char in text if char.isascii() or _is_in_font(char))


@lru_cache(maxsize=4_000)
def _is_in_font(char: str) -> bool:
    return bytes(_small().getmask(char)) != bytes(_small().getmask("\uffff")) or char == " "


@lru_cache(maxsize=1)
def _site_colours() -> dict[str, str]:
    """The light colours of `tokens.css`, the only place where colours are numbers."""
    sheet = (ROOT / "static" / "css" / "tokens.css").read_text()
    return dict(reversed(_COLOUR.findall(sheet)))
