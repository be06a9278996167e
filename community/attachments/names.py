"""The names of files: as their senders wrote them, as far as a name may reach."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ..core.text.normalising import is_blank, normalise_line
from .kinds import Format

LONGEST = 120
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\/;`$%]')
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
_SUFFIXES = {
    Format.JPEG: (".jpg", ".jpeg"),
    Format.PNG: (".png",),
    Format.PDF: (".pdf",),
    Format.TEXT: (".txt", ".log", ".csv", ".md"),
}


def cleaned(given: str, media_type: str, otherwise: str) -> str:
    """A name that shows what it is and harms nobody: one line of at most 120 characters, with the ending of its type."""
    line = _INVISIBLE.sub("", normalise_line(given.replace("\\", "/").rsplit("/", 1)[-1][:1_000]))
    name = _NOT_IN_NAMES.sub("_", line).strip(" .")
    if not name or is_blank(name):
        name = otherwise
    endings = _SUFFIXES[Format(media_type)]
    if name.lower().endswith(endings):
        stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    else:
        stem, ending = _without_picture_ending(name, media_type), endings[0]
    return f"{stem[: LONGEST - len(ending)].rstrip()}{ending}"


def _without_picture_ending(name: str, media_type: str) -> str:
    """A photo that became another format has its new ending in place of the old one."""
    path = PurePosixPath(name)
    is_old = path.suffix.lower() in {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"}
    return path.stem if is_old and media_type.startswith("image/") else name
