"""Where the index lies, and how a new one takes its place.

A *home* is a directory with one directory per built index and a file ``current`` that names the one in use. The file
is replaced in one step, so a reader sees the old index or the new one, whole. What is not current is swept: directories
that a killed rebuild left, and the old index once the new one is in place (whoever still reads it keeps its files open).
"""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POINTER = "current"
LONGEST_NAME = 200
_NAME = re.compile(r"v(?P<version>\w+)-[0-9a-f]{12}\Z")


class Busy(Exception):
    """Somebody else is writing this index."""


def current(home: Path, version: str) -> Path | None:
    """The directory of the index in use, or None if there is none of this version."""
    try:
        descriptor = os.open(f"{home}/{POINTER}", os.O_RDONLY | os.O_CLOEXEC)  # every search asks: no file object
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        name = os.read(descriptor, LONGEST_NAME).decode("ascii", "replace").strip()
    finally:
        os.close(descriptor)
    match = _NAME.match(name)
    return home / name if match and match["version"] == version else None


def new_directory(home: Path, version: str) -> Path:
    """An empty directory for an index that is being built."""
    directory = home / f"v{version}-{secrets.token_hex(6)}"
    directory.mkdir(parents=True, mode=0o700)
    return directory


def swap(home: Path, directory: Path) -> None:
    """Make a finished directory the current one: its files reach the disk, then the pointer changes in one step."""
    for path in directory.iterdir():
        _to_disk(path)
    _to_disk(directory)
    beside = home / f"{POINTER}.{secrets.token_hex(6)}"
    beside.write_text(directory.name + "\n", "ascii")
    _to_disk(beside)
    os.replace(beside, home / POINTER)
    _to_disk(home)


def sweep(home: Path, keep: Path | None) -> None:
    """Remove every other index and half-written pointers. Call it within ``rebuilding``: others may be half built."""
    for path in home.iterdir():
        if (keep is None or path.name != keep.name) and _NAME.match(path.name):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f"{POINTER}."):
            path.unlink(missing_ok=True)


def is_writable(home: Path, directory: Path) -> bool:
    """Whether this process may change the index."""
    return os.access(home, os.W_OK) and os.access(directory, os.W_OK)


@contextmanager
def writing(home: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Be the only one who changes the current index; wait so many seconds for others, then raise ``Busy``."""
    with _only_one(home, "writing", patience):
        yield


@contextmanager
def rebuilding(home: Path) -> Iterator[None]:
    """Be the only one who builds a new index; raises ``Busy`` if somebody else does. Writing goes on meanwhile."""
    with _only_one(home, "rebuilding", 0.0):
        yield


@contextmanager
def _only_one(home: Path, act: str, patience: float) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / f"{act}.lock", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while not _locked(descriptor):
            if time.monotonic() >= until:
                raise Busy(f"another process is {act} the index")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
