"""Reading a photo in a child process with bounded memory and time. Whatever goes wrong there, nothing was read."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress

from ...config import ROOT
from .bounds import WALL_SECONDS
from .kinds import Guess, Reads
from .recognising import is_available

logger = logging.getLogger(__name__)


class Failed(Exception):
    """The photo could not be read at all, as against: nothing stands in it."""


def read(content: bytes, kind: Reads) -> Guess | None:
    """What the photo (JPEG or PNG, as attachments keep them) seems to say, or None. Takes seconds: for the worker.

    Without Tesseract always None.
    """
    try:
        return read_or_fail(content, kind) if is_available() else None
    except Failed:
        return None


def read_or_fail(content: bytes, kind: Reads) -> Guess | None:
    """The same, but raises `Failed` if the child ended before it had an answer."""
    with tempfile.TemporaryDirectory(prefix="theke-photo-") as folder:  # what a killed child leaves goes with it
        said = _child(content, kind, folder)
    guess = json.loads(said)
    return Guess(*guess) if guess else None


def _child(content: bytes, kind: Reads, folder: str) -> bytes:
    child = subprocess.Popen(
        [sys.executable, "-m", "community.intake.photo_reading.child", kind.value],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment(folder),
        start_new_session=True,  # so that Tesseract ends with it
    )
    try:
        said, _nothing = child.communicate(content, timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        said = b""
    finally:
        _end(child)
    if child.returncode != 0:
        logger.warning("a photo of %d bytes could not be read (exit code %s)", len(content), child.returncode)
        raise Failed
    return said


def _environment(folder: str) -> dict[str, str]:
    """Nothing secret, and one thread: other processes need the processor too."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    return kept | {"TMPDIR": folder, "OMP_THREAD_LIMIT": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    for stream in (child.stdin, child.stdout):
        if stream is not None and not stream.closed:
            stream.close()
    child.wait()


def problems() -> Iterator[str]:
    """What `flask doctor` says where photos are not read."""
    if not is_available():
        yield "photos are not read, because Tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-deu"


__all__ = ["Failed", "Guess", "Reads", "is_available", "problems", "read", "read_or_fail"]
