"""A meter's reading: the row of the largest digits, wherever it is, dark on light or light on dark.

Rows are found as shapes of like height beside each other; what stands between them (frames, screws, shadows) is left out
before Tesseract sees them. As many digits must be read as there are shapes, and twice the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from .kinds import Guess
from .points import Shape, closed, scaled, shapes, standing_out
from .recognising import line_of
from .segments import digits_of

FEWEST, MOST = 5, 9
_LONGEST = 1_200
_DIGITS = "0123456789"
_HEIGHT, _GAP = 48, 16
_RED = 28
_ROWS = 6
_CLOSE = (7, 11)
_OF_SEGMENTS = 0.9
_THICK, _SOLID = 0.18, 0.6
_PRINTED = 0.6
_NEAR_LARGEST = 0.45


@dataclass(frozen=True)
class Row:
    """Shapes side by side that may be digits, from left to right, and where they come from."""

    digits: list[Shape]
    labels: NDArray[np.int32]
    dots: list[Shape]

    @property
    def height(self) -> float:
        """Of a digit, in points."""
        return float(median(shape.height for shape in self.digits))


def meter(image: Image.Image) -> Guess | None:
    """What the meter shows, with a comma before decimals; None if that is not clear."""
    small = scaled(image.convert("RGB"), _LONGEST)
    rows = sorted({_place(row): row for row in _rows(small)}.values(), key=_weight, reverse=True)
    largest = max((row.height for row in rows), default=0)
    large = [row for row in rows[:_ROWS] if row.height > _NEAR_LARGEST * largest]
    guesses = (read(row, small) for read in (_printed, _lit) for row in large)
    return next((guess for guess in guesses if guess), None)


def _place(row: Row) -> tuple[int, ...]:
    """The same for rows that differ by hardly a point."""
    return tuple(edge // 4 for shape in row.digits for edge in (shape.left, shape.right))


def _weight(row: Row) -> float:
    return row.height * sqrt(min(len(row.digits), 7))


def _rows(image: Image.Image) -> Iterator[Row]:
    soft = image.convert("L").filter(ImageFilter.MedianFilter(3))
    for dark in (True, False):
        mask = standing_out(soft, _LONGEST // 20, dark)
        found, labels = shapes(mask)
        dots = [shape for shape in found if _may_be_a_dot(shape)]
        yield from _rows_of(found, labels, dots, image)
        without = mask & ~np.isin(labels, [dot.number for dot in dots])
        for size in _CLOSE:
            yield from _rows_of(*shapes(closed(without, size)), dots, image)


def _rows_of(found: list[Shape], labels: NDArray[np.int32], dots: list[Shape], image: Image.Image) -> Iterator[Row]:
    for digits in _chains([shape for shape in found if _may_be_a_digit(shape, image.height)]):
        row = Row(digits, labels, dots)
        if _is_even(row) and not _has_pieces(row, found):
            yield row


def _may_be_a_dot(shape: Shape) -> bool:
    return (
        20 < shape.points < 1_200
        and 0.55 < shape.width / shape.height < 1.7
        and (shape.points > 0.6 * shape.width * shape.height)
    )


def _has_pieces(row: Row, found: list[Shape]) -> bool:
    """Do pieces lie about that belong to a digit? A 7 without its upper stroke would be a 1."""
    known = {shape.number for shape in (*row.digits, *row.dots)}
    first, last, slope = row.digits[0], row.digits[-1], np.tan(np.radians(_slope(row)))
    for shape in found:
        across, down = shape.middle
        level = first.middle[1] + slope * (across - first.middle[0])
        is_within = first.left - 0.4 * row.height < across < last.right and abs(down - level) < 0.55 * row.height
        is_piece = shape.points > 0.015 * row.height**2 and shape.height < 0.6 * row.height
        if is_within and is_piece and shape.number not in known:
            return True
    return False


def _is_even(row: Row) -> bool:
    """Are the digits equally far from each other, save where a point stands? If not, one was lost."""
    steps = [other.middle[0] - one.middle[0] for one, other in zip(row.digits, row.digits[1:], strict=False)]
    usual, point = median(steps), _before_a_point(row)
    allowed = [2.4 if place == point else 1.6 for place in range(1, len(row.digits))]
    narrow = sum(shape.width < 0.36 * shape.height for shape in row.digits)
    return all(step < most * usual for step, most in zip(steps, allowed, strict=True)) and narrow < 0.7 * len(
        row.digits
    )


def _may_be_a_digit(shape: Shape, high: int) -> bool:
    return (
        0.025 * high < shape.height < 0.35 * high
        and 0.08 < shape.width / shape.height < 1.15
        and shape.points > 0.12 * shape.width * shape.height
    )


def _chains(candidates: list[Shape]) -> Iterator[list[Shape]]:
    """Rows of shapes that follow each other: of like height, near, and about level."""
    waiting = sorted(candidates, key=lambda shape: shape.middle[0])
    while waiting:
        chain = [waiting.pop(0)]
        for shape in list(waiting):
            if _follows(chain[-1], shape):
                chain.append(shape)
                waiting.remove(shape)
        if FEWEST <= len(chain) <= MOST:
            yield chain


def _follows(one: Shape, other: Shape) -> bool:
    high, low = max(one.height, other.height), min(one.height, other.height)
    across, down = other.middle[0] - one.middle[0], abs(other.middle[1] - one.middle[1])
    return low > 0.78 * high and 0.38 * high < across < 1.9 * low and down < 0.12 * high + 0.25 * across


# --- Reading a row


def _printed(row: Row, image: Image.Image) -> Guess | None:
    """The row as printed digits: Tesseract says the same of thin and of thick ones, and as many as there are."""
    upright = [_upright(row, shape) for shape in row.digits]
    text, sure = line_of(_line(upright, 0), _DIGITS)
    if len(text) != len(upright) or sure < _PRINTED or line_of(_line(upright, 3), _DIGITS)[0] != text:
        return None
    is_told_otherwise = digits_of(upright) not in (None, text) and _has_strokes(row)
    return None if is_told_otherwise else Guess(_with_comma(text, row, image), round(sure, 3))


def _lit(row: Row, image: Image.Image) -> Guess | None:
    """The row as digits of seven segments."""
    text = digits_of([_upright(row, shape) for shape in row.digits]) if _has_strokes(row) else None
    return Guess(_with_comma(text, row, image), _OF_SEGMENTS) if text else None


def _has_strokes(row: Row) -> bool:
    """Are these strokes, thicker than frames and thinner than bars?"""
    wide = [shape for shape in row.digits if shape.width > 0.36 * shape.height] or row.digits
    return _THICK < median(shape.points / (shape.width * shape.height) for shape in wide) < _SOLID


def _upright(row: Row, shape: Shape) -> Image.Image:
    """The digit alone, black on white, level as its row."""
    cut = row.labels[shape.top : shape.bottom, shape.left : shape.right] == shape.number
    drawn = Image.fromarray(np.where(cut, 0, 255).astype(np.uint8))
    framed = ImageOps.expand(drawn, border=shape.height // 4, fill=255)
    level = framed.rotate(_slope(row), Image.Resampling.BICUBIC, fillcolor=255)
    box = ImageOps.invert(level).point(lambda value: 255 if value > 100 else 0).getbbox() or (0, 0, *level.size)
    return level.crop(box)


def _slope(row: Row) -> float:
    """In degrees, as the middles of the digits lie."""
    across, down = zip(*(shape.middle for shape in row.digits), strict=True)
    rise = float(np.polyfit(across, down, 1)[0])
    return float(np.degrees(np.arctan(rise)))


def _line(digits: list[Image.Image], thick: int) -> Image.Image:
    """The digits side by side at one height and distance, as in print."""
    sized = [digit.resize((max(6, round(digit.width * _HEIGHT / digit.height)), _HEIGHT)) for digit in digits]
    width = sum(digit.width + _GAP for digit in sized) + 3 * _GAP
    line = Image.new("L", (width, _HEIGHT + 4 * _GAP), 255)
    left = 2 * _GAP
    for digit in sized:
        line.paste(digit, (left, 2 * _GAP))
        left += digit.width + _GAP
    return line.filter(ImageFilter.MinFilter(thick)) if thick else line.filter(ImageFilter.GaussianBlur(0.8))


# --- Decimals


def _with_comma(text: str, row: Row, image: Image.Image) -> str:
    whole = _before_a_point(row) or _before_red(row, image)
    return f"{text[:whole]},{text[whole:]}" if whole and len(text) - whole <= 3 else text


def _before_a_point(row: Row) -> int:
    """After how many digits a point stands at their feet; 0 if none does."""
    high = row.height
    for place, (one, other) in enumerate(zip(row.digits, row.digits[1:], strict=False), start=1):
        foot = (one.bottom + other.bottom) / 2
        for shape in row.dots:
            across, down = shape.middle
            is_between = one.right - 0.25 * high < across < other.left + 0.06 * high
            if is_between and abs(down - foot) < 0.16 * high and 0.05 * high < shape.height < 0.3 * high > shape.width:
                return place
    return 0


def _before_red(row: Row, image: Image.Image) -> int:
    """How many digits come before those on red, which are decimals; 0 if none are."""
    colours = np.asarray(image, dtype=np.float32)
    redness = []
    for shape in row.digits:
        cut = colours[shape.top : shape.bottom, max(0, shape.left - 6) : shape.right + 6]
        redness.append(float(np.median(cut[..., 0] - (cut[..., 1] + cut[..., 2]) / 2)))
    are_red = [value > _RED for value in redness]
    first = are_red.index(True) if True in are_red else 0
    return first if all(are_red[first:]) else 0
