"""A folder with a dump in it: which files there are, and which site it is of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FILES = ("Posts.xml", "Users.xml", "Comments.xml", "Votes.xml", "Tags.xml", "PostLinks.xml")
WITHOUT = {
    "Users.xml": "authors are called by their numbers",
    "Comments.xml": "there are no comments",
    "Votes.xml": "answers have no helpful votes",
    "Tags.xml": "only the tags that questions carry are taken",
    "PostLinks.xml": "no thread is known as a duplicate",
}
"""What it means that a file is missing."""


@dataclass(frozen=True)
class Dump:
    """The files of a dump by their usual names; the letters' case in the folder does not matter."""

    name: str
    files: dict[str, Path]

    @property
    def missing(self) -> list[str]:
        """The usual names of the files that are not there."""
        return [name for name in FILES if name not in self.files]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.files.values())


def open_dump(folder: Path) -> Dump:
    """The dump in `folder`. Raises OSError for a folder that cannot be listed."""
    there = {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.is_file()}
    return Dump(folder.resolve().name, {name: there[name.casefold()] for name in FILES if name.casefold() in there})


def fingerprint_of(post_id: int, written_at: str) -> str:
    """What tells one site's dumps from another's, wherever they lie: its first post's number and moment."""
    return hashlib.sha256(f"{post_id} {written_at}".encode()).hexdigest()[:40]
