"""Tesseract, asked for words or for one line of known characters."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import pytesseract
from PIL import Image

_WORDS = "deu+eng"


@dataclass(frozen=True)
class Word:
    """One word as Tesseract saw it. `line` is the same for words of a line; `confidence` from 0 to 1."""

    text: str
    line: tuple[int, int, int]
    left: int
    top: int
    width: int
    height: int
    confidence: float


def is_available() -> bool:
    """Is Tesseract installed on this machine?"""
    return shutil.which("tesseract") is not None


def words(image: Image.Image, layout: int, characters: str = "", languages: str = _WORDS) -> list[Word]:
    """The words of a picture. `layout`: Tesseract's page segmentation mode; `characters`: the only ones there are."""
    options = f"--psm {layout}" + (f" -c tessedit_char_whitelist={characters}" if characters else "")
    found = pytesseract.image_to_data(
        image, lang=languages, config=options, output_type=pytesseract.Output.DICT, timeout=25
    )
    return [
        Word(
            text,
            (found["block_num"][place], found["par_num"][place], found["line_num"][place]),
            found["left"][place],
            found["top"][place],
            found["width"][place],
            found["height"][place],
            max(0.0, float(found["conf"][place]) / 100),
        )
        for place, text in enumerate(found["text"])
        if text.strip()
    ]


def line_of(image: Image.Image, characters: str, layout: int = 7) -> tuple[str, float]:
    """One line of these characters, and how sure its least sure word is."""
    found = words(image, layout, characters, languages="eng")
    return "".join(word.text for word in found), min((word.confidence for word in found), default=0.0)
