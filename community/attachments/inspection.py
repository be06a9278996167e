"""What may be attached: photos, which are drawn anew, and a few kinds of files. Everything else is refused with a sentence
that says what is taken."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from ..core import limits
from ..core.errors import Invalid
from .kinds import PHOTOS, Format, format_of, text_of
from .models import FILE, PHOTO
from .names import cleaned
from .redrawing import redraw

PER_DRAFT = 10
_FILES = frozenset({Format.PDF, Format.TEXT, Format.JPEG, Format.PNG})

_EMPTY = _l("This file is empty. Please choose another.")
_TOO_LONG = _l("This file is too large: at most 10 MB are taken.")
_NO_PHOTO = _l("This is not a photo that can be shown here. Photos are taken as JPEG, PNG, WebP, GIF or AVIF.")
_HEIC = _l(
    "Photos in Apple's HEIC format cannot be opened here. On the iPhone, choose “Most compatible” under Settings, Camera, "
    "Formats, or send a screenshot of the photo."
)
_NO_FILE = _l("Files of this kind are not taken. Please send a PDF, a text or log file, or a photo as JPEG or PNG.")
_CUT_OFF = _l("This PDF is not complete. Please save it once more.")


@dataclass(frozen=True)
class Inspected:
    """What may be kept. `content` is served as it stands here: photos are drawn anew, texts are UTF-8."""

    kind: str
    media_type: str
    name: str
    content: bytes
    width: int | None = None
    height: int | None = None


def was_sent(upload: FileStorage | None) -> bool:
    """Did the reader choose a file at all? Browsers send an empty part if not."""
    return bool(upload and upload.filename)


def inspect(upload: FileStorage, kind: str, *, who: int | str | None = None) -> Inspected:
    """What was sent, ready to be kept as a `photo` or a `file`. Outside any transaction: it may take seconds.

    `who` (a person's id, a network) has a bounded number of tries. Raises `Invalid`, `TooMany`, `Busy`.
    """
    if who is not None:
        limits.spend_here("inspect", who)
        limits.refuse_if_spent("upload", who)
    content = upload.stream.read(current_app.config["MAX_CONTENT_LENGTH"] + 1)
    return inspect_bytes(content, upload.filename or "", kind)


def inspect_bytes(content: bytes, name: str, kind: str) -> Inspected:
    """The same for what did not come in a form (a mail, say)."""
    if kind not in (PHOTO, FILE):
        raise ValueError(kind)
    if not content:
        raise Invalid(_EMPTY)
    if len(content) > current_app.config["MAX_CONTENT_LENGTH"]:
        raise Invalid(_TOO_LONG)
    found = format_of(content)
    if found is Format.HEIC:
        raise Invalid(_HEIC)
    if kind == PHOTO and found not in PHOTOS:
        raise Invalid(_NO_PHOTO)
    if kind == FILE and found not in _FILES:
        raise Invalid(_NO_FILE)
    return _picture(content, name, kind) if found in PHOTOS else _document(content, name, found)


def _picture(content: bytes, name: str, kind: str) -> Inspected:
    drawn = redraw(content)
    called = cleaned(name, drawn.media_type, PHOTO)
    return Inspected(kind, drawn.media_type, called, drawn.content, drawn.width, drawn.height)


def _document(content: bytes, name: str, found: Format) -> Inspected:
    if found is Format.TEXT:
        content = (text_of(content) or "").encode()
    elif b"%%EOF" not in content:
        raise Invalid(_CUT_OFF)
    return Inspected(FILE, found.value, cleaned(name, found, FILE), content)
