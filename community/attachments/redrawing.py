"""Photos are drawn anew by a child process with bounded memory and time; hostile ones end it, and nothing else.

One at a time in each process of the site: what a photo may take is then also what all together take.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from ..config import ROOT
from ..core.errors import Busy, Invalid
from .redrawing_bounds import DAMAGED, DONE, TOO_LARGE, WAIT_SECONDS, WALL_SECONDS

logger = logging.getLogger(__name__)
_one_at_a_time = threading.BoundedSemaphore(1)

_WORDS = {
    DAMAGED: _l("This photo cannot be opened: it is damaged or not complete. Please take or save it once more."),
    TOO_LARGE: _l("This photo has too many pixels. Please send it in a smaller resolution, at most 40 megapixels."),
}
_TOO_COSTLY = _l("This photo is too large to be opened here. Please send it in a smaller resolution.")


@dataclass(frozen=True)
class Drawn:
    """A photo, drawn anew."""

    content: bytes
    media_type: str
    width: int
    height: int


def redraw(content: bytes) -> Drawn:
    """The photo upright, small and without metadata. Raises `Invalid` with the reason, and `Busy` if others take too long."""
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Busy(_l("Many photos arrive at this moment. Please send yours once more."))
    try:
        ended = _child(content)
    finally:
        _one_at_a_time.release()
    if ended is None or ended.returncode != DONE:
        code = ended.returncode if ended else None
        logger.info("a photo of %d bytes was refused (%s)", len(content), code)
        raise Invalid(_WORDS.get(code, _TOO_COSTLY) if code is not None else _TOO_COSTLY)
    said, _line_end, drawn = ended.stdout.partition(b"\n")
    return Drawn(content=drawn, **json.loads(said))


def _child(content: bytes) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            [sys.executable, "-m", "community.attachments.redrawing_child"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={},  # Nothing secret can leak from where nothing secret is.
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
