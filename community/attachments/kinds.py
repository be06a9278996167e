"""What somebody sent, told by its content; names and claimed types say nothing."""

from __future__ import annotations

import re
from enum import StrEnum

_BRANDS_OF_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_MARKUP = re.compile(rb"^(\xef\xbb\xbf)?\s*<(\?xml|!doctype|!--|html|svg|head|script)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Format(StrEnum):
    """What is told apart here; the value is the media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    AVIF = "image/avif"
    HEIC = "image/heic"
    PDF = "application/pdf"
    TEXT = "text/plain"
    UNKNOWN = "application/octet-stream"


PHOTOS = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.WEBP, Format.AVIF})


def format_of(content: bytes) -> Format:
    """The format of these bytes. A page or drawing in markup is UNKNOWN: it is text, but programs run it."""
    if content.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return Format.GIF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Format.WEBP
    if content[4:8] == b"ftyp":
        return _of_brands(content)
    if content.startswith(b"%PDF-"):
        return Format.PDF
    return Format.TEXT if not _MARKUP.match(content[:200]) and text_of(content) is not None else Format.UNKNOWN


def _of_brands(content: bytes) -> Format:
    length = min(int.from_bytes(content[:4], "big"), 200)
    brands = {content[start : start + 4] for start in (8, *range(16, length, 4))}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    return Format.HEIC if brands & _BRANDS_OF_HEIC else Format.UNKNOWN


def text_of(content: bytes) -> str | None:
    """The text that these bytes are, or None if they are none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None
