"""`bin/bench photos [EACH]`: how often is the number in a photo read rightly, how often wrongly, and how long does it take?

The photos are drawn and spoilt (see `photographing`), so the figures say how readings fail, not how often they do in cellars.
A wrong guess is worse than none: none costs its sender typing, a wrong one may be believed.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable

from PIL import Image

from community.attachments.redrawing import redraw
from community.core.errors import Invalid
from community.intake.photo_reading.kinds import Reads
from community.intake.photo_reading.reading import is_available, read

from .photographing import Photo, empty_ones, photos

EACH = 15


def main(each: int = EACH) -> None:
    """Measure, and print a line for each kind of photo."""
    if not is_available():
        raise SystemExit("Tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-deu")
    print(f"{'':18}{'photos':>7}{'right':>8}{'wrong':>8}{'none':>8}{'s each':>8}")
    drawn = photos(each)
    for name in dict.fromkeys(photo.name for photo in drawn):
        _measure(name, [photo for photo in drawn if photo.name == name])
    _measure("all of these", [], total=True)
    _measure("nothing to read", empty_ones())
    _large_ones()


_seen: list[tuple[int, int, int, float]] = []


def _measure(name: str, some: Iterable[Photo], total: bool = False) -> None:
    results = [] if total else [_read(photo) for photo in some]
    counts = (
        tuple(sum(column) for column in zip(*_seen, strict=True))
        if total
        else (
            sum(is_right for is_right, _guessed, _seconds in results),
            sum(guessed and not is_right for is_right, guessed, _seconds in results),
            sum(not guessed and not is_right for is_right, guessed, _seconds in results),
            sum(seconds for *_others, seconds in results),
        )
    )
    if not total:
        _seen.append(counts)  # type: ignore[arg-type]
    right, wrong, none, seconds = counts
    count = int(right + wrong + none)
    shares = "".join(f"{number / count:8.1%}" for number in (right, wrong, none))
    print(f"{name:18}{count:7}{shares}{seconds / count:8.2f}", flush=True)


def _read(photo: Photo) -> tuple[bool, bool, float]:
    """Was it read rightly (of an empty one: not at all), was anything read, and in how many seconds?"""
    kept = redraw(photo.content).content  # as it is kept
    began = time.monotonic()
    guess = read(kept, Reads(photo.kind))
    said = guess.text if guess else None
    if said not in (None, photo.says):
        print(f"   {photo.name}: {photo.says} was read as {said} ({guess.confidence if guess else 0:.2f})")
    return said == photo.says, guess is not None, time.monotonic() - began


def _large_ones() -> None:
    """200 megapixels, as some telephones write them."""
    large = Image.linear_gradient("L").resize((16_320, 12_240))
    for form in ("JPEG", "PNG"):
        packed = io.BytesIO()
        large.save(packed, form)
        began = time.monotonic()
        try:
            drawn = redraw(packed.getvalue())
            came = f"taken, {drawn.width} x {drawn.height}"
        except Invalid as refusal:
            came = f"refused: {refusal.message!r}"
        print(f"200 megapixels, {form}: {came} after {time.monotonic() - began:.2f} s", flush=True)
