"""Reads one photo: from standard input to a line of JSON, in a process that has nothing and may be killed.

Started by `reading` as `python -m community.intake.photo_reading.child KIND`; Tesseract, which it starts, has its limits too.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable

from PIL import Image

from .bounds import CPU_SECONDS, DARK, LONGEST_TEXT, MEMORY_BYTES, SURE_ENOUGH
from .digits import meter
from .kinds import Guess, Reads
from .labels import INVOICE, SERIAL, valued

READERS: dict[Reads, Callable[[Image.Image], Guess | None]] = {
    Reads.METER: meter,
    Reads.SERIAL: lambda image: valued(image, SERIAL),
    Reads.INVOICE: lambda image: valued(image, INVOICE),
}


def main() -> None:
    """One photo; `null` if nothing is to be read in it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    guess = read_here(sys.stdin.buffer.read(), Reads(sys.argv[1]))
    json.dump([guess.text, guess.confidence] if guess else None, sys.stdout)


def read_here(content: bytes, kind: Reads) -> Guess | None:
    """What the photo says, read in this process. Raises whatever goes wrong."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
        if sorted(image.convert("L").resize((64, 64)).tobytes())[-410] < DARK:  # a tenth may be glare
            return None  # whatever is drawn out of it is noise
        guess = READERS[kind](image.convert("RGB"))
    is_fit = guess is not None and guess.confidence >= SURE_ENOUGH and len(guess.text) <= LONGEST_TEXT
    return guess if is_fit else None


if __name__ == "__main__":
    main()
