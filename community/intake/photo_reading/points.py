"""From the points of a photo to shapes: evened light, dark or light points, and what hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Mask = NDArray[np.bool_]
Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """Points that hang together: their box, how many they are, and which number they have among all shapes."""

    left: int
    top: int
    right: int
    bottom: int
    points: int
    number: int

    @property
    def width(self) -> int:
        """In points."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In points."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Of its box: across, down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def scaled(image: Image.Image, longest: int) -> Image.Image:
    """The picture with its longer side at `longest` points."""
    share = longest / max(image.size)
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(size, Image.Resampling.LANCZOS)


def evened(image: Image.Image) -> Image.Image:
    """The grey picture as if it were lit evenly: each point as a share of the bright around it."""
    grey = image.convert("L")
    small = grey.resize((max(8, grey.width // 8), max(8, grey.height // 8)), Image.Resampling.BOX)
    bright = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.BoxBlur(8)).resize(grey.size)
    share = np.asarray(grey, dtype=np.float32) / np.maximum(np.asarray(bright, dtype=np.float32), 24)
    return Image.fromarray((share * 255).clip(0, 255).astype(np.uint8))


def standing_out(image: Image.Image, radius: int, dark: bool) -> Mask:
    """Which points are clearly darker (or lighter) than those around them, within `radius`."""
    grey = image.convert("L")
    points = np.asarray(grey, dtype=np.float32)
    around = np.asarray(grey.filter(ImageFilter.BoxBlur(radius)), dtype=np.float32)
    away = Image.fromarray(np.abs(points - around).astype(np.uint8)).filter(ImageFilter.BoxBlur(radius))
    by = np.maximum(8, 0.6 * np.asarray(away, dtype=np.float32))
    result: Mask = (points < around - by) if dark else (points > around + by)
    return result


def closed(mask: Mask, size: int) -> Mask:
    """With gaps of less than `size` points closed: the segments of a display grow together to digits."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    result: Mask = np.asarray(image.filter(ImageFilter.MaxFilter(size)).filter(ImageFilter.MinFilter(size))) > 127
    return result


def shapes(mask: Mask) -> tuple[list[Shape], NDArray[np.int32]]:
    """All shapes (points that touch, also over corners), and for each point the number of its shape (0: none)."""
    rows, begins, ends = _runs(mask)
    parents = _joined(rows, begins, ends)
    labels = np.zeros(mask.shape, dtype=np.int32)
    if not len(rows):
        return [], labels
    _roots, numbers = np.unique(parents, return_inverse=True)
    for row, begin, end, number in zip(rows.tolist(), begins.tolist(), ends.tolist(), numbers.tolist(), strict=True):
        labels[row, begin:end] = number + 1
    count = int(numbers.max()) + 1
    left, top = np.full(count, mask.shape[1]), np.full(count, mask.shape[0])
    right, bottom, points = np.zeros(count, int), np.zeros(count, int), np.zeros(count, int)
    np.minimum.at(left, numbers, begins)
    np.maximum.at(right, numbers, ends)
    np.minimum.at(top, numbers, rows)
    np.maximum.at(bottom, numbers, rows + 1)
    np.add.at(points, numbers, ends - begins)
    boxes = zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), points.tolist(), strict=True)
    return [Shape(*box, number + 1) for number, box in enumerate(boxes)], labels


def _runs(mask: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The runs of set points, row by row: which row, where each begins, and where it has ended."""
    framed = np.pad(mask.astype(np.int8), ((0, 0), (1, 1)))
    change = np.diff(framed, axis=1)
    rows, begins = np.nonzero(change == 1)
    ends = np.nonzero(change == -1)[1]
    return rows, begins, ends


def _joined(rows: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each run the first run of its shape. Runs of neighbouring rows that touch belong together (union-find)."""
    parent = list(range(len(rows)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    above, row_of, from_, to = 0, rows.tolist(), begins.tolist(), ends.tolist()
    for run in range(len(row_of)):
        while row_of[above] < row_of[run] - 1 or (row_of[above] == row_of[run] - 1 and to[above] < from_[run]):
            above += 1
        near = above
        while row_of[near] == row_of[run] - 1 and from_[near] <= to[run]:
            one, other = root(near), root(run)
            parent[max(one, other)] = min(one, other)
            near += 1
    return np.array([root(run) for run in range(len(parent))], dtype=np.int64)


def tilt(image: Image.Image) -> float:
    """By how many degrees an (evened) page has to be turned until its lines are level: rows of ink and paper differ most."""
    ink = Image.fromarray(standing_out(scaled(image, 900), 12, dark=True).astype(np.uint8) * 255)
    coarse = max(np.arange(-12, 12.1, 1.0), key=lambda angle: _contrast_of_rows(ink, float(angle)))
    return float(max(np.arange(coarse - 1, coarse + 1.1, 0.25), key=lambda angle: _contrast_of_rows(ink, float(angle))))


def _contrast_of_rows(ink: Image.Image, angle: float) -> float:
    rows = np.asarray(ink.rotate(angle), dtype=np.float32).sum(axis=1)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())
