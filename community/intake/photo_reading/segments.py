"""Digits of seven segments, told by which segments are lit: Tesseract has learnt printed digits and loses these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_LIT, _UNLIT = 0.7, 0.45
_NARROW = 0.36  # width to height of a 1

#: Where each segment lies in the digit's box: from left to right and from top to bottom, in hundredths; and its direction.
_ZONES = {
    "a": (30, 70, 0, 18, "level"),
    "g": (30, 70, 40, 60, "level"),
    "d": (30, 70, 82, 100, "level"),
    "f": (0, 28, 16, 40, "upright"),
    "e": (0, 28, 60, 84, "upright"),
    "b": (72, 100, 16, 40, "upright"),
    "c": (72, 100, 60, 84, "upright"),
}
_DIGITS = {
    "abcdef": "0",
    "abged": "2",
    "abgcd": "3",
    "fgbc": "4",
    "afgcd": "5",
    "afgcde": "6",
    "fgcde": "6",
    "abc": "7",
    "abcf": "7",
    "abcdefg": "8",
    "abcdfg": "9",
    "abcfg": "9",
}
_BY_LIT = {frozenset(lit): digit for lit, digit in _DIGITS.items()}


def digits_of(drawn: list[Image.Image]) -> str | None:
    """The digits in these pictures (black on white, level, cut to their boxes), or None if one is not clearly any."""
    ink = [np.asarray(image.convert("L")) < 128 for image in _upright(drawn)]
    if sum(_is_narrow(points) for points in ink) > 0.7 * len(ink):
        return None  # more likely bars, edges or the like
    found = [_digit(points) for points in ink]
    return "".join(digit for digit in found if digit) if all(found) else None


def _is_narrow(points: NDArray[np.bool_]) -> bool:
    return bool(points.shape[1] < _NARROW * points.shape[0])


def _digit(points: NDArray[np.bool_]) -> str | None:
    if _is_narrow(points):
        return "1" if points.mean() > 0.5 else None
    lit = {name: _share(points, zone) for name, zone in _ZONES.items()}
    if any(_UNLIT < share < _LIT for share in lit.values()):
        return None
    return _BY_LIT.get(frozenset(name for name, share in lit.items() if share >= _LIT))


def _share(points: NDArray[np.bool_], zone: tuple[int, int, int, int, str]) -> float:
    """How much of the zone's best line, along its direction, is ink."""
    high, wide = points.shape
    left, right, top, bottom, direction = zone
    cut = points[top * high // 100 : -(-bottom * high // 100), left * wide // 100 : -(-right * wide // 100)]
    return float(cut.mean(axis=1 if direction == "level" else 0).max()) if cut.size else 0.0


def _upright(drawn: list[Image.Image]) -> list[Image.Image]:
    """The digits without their slant: leant back by what makes their upright strokes steepest."""
    lean = max(np.arange(-0.1, 0.31, 0.05), key=lambda by: sum(_steepness(_leant(image, float(by))) for image in drawn))
    return [_cut(_leant(image, float(lean))) for image in drawn]


def _leant(image: Image.Image, by: float) -> Image.Image:
    """Each line moved to the left in proportion to how high it stands."""
    spare = round(abs(by) * image.height)
    size = (image.width + 2 * spare, image.height)
    moved = (1, -by, by * image.height - spare, 0, 1, 0)
    return image.transform(size, Image.Transform.AFFINE, moved, Image.Resampling.BILINEAR, fillcolor=255)


def _steepness(image: Image.Image) -> float:
    columns = (255 - np.asarray(image, dtype=np.float32)).mean(axis=0)
    return float((columns**2).sum()) / image.height


def _cut(image: Image.Image) -> Image.Image:
    return image.crop(image.point(lambda value: 255 if value < 128 else 0).getbbox() or (0, 0, *image.size))
