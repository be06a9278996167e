"""A real site for the journeys: the seeded story on a database of its own, served by the supervisor's process tree."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from community.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0  # seconds; two browsers and their servers may share two busy cores
ENDS_WITHIN = 30.0
PLANTING = (["db", "upgrade"], ["seed"], ["search", "rebuild"])

Answer = TypeVar("Answer")


def until(look: Callable[[], Answer], within: float = 10.0, every: float = 0.1) -> Answer:
    """What `look` answers as soon as it is true; after `within` seconds whatever it answers then."""
    deadline = time.monotonic() + within
    while not (answer := look()) and time.monotonic() < deadline:
        time.sleep(every)
    return answer


def plant(directory: Path) -> Path:
    """A data directory with the migrated, seeded and indexed story; sites copy it."""
    for command in PLANTING:
        subprocess.run(_flask(*command), cwd=ROOT, env=_environment(directory, port=1), check=True, capture_output=True)
    return directory


def children_of(number: int) -> list[int]:
    """The processes that a process has started and that still run."""
    try:
        return [int(child) for task in Path(f"/proc/{number}/task").iterdir() for child in _words(task / "children")]
    except OSError:
        return []


def _words(file: Path) -> list[str]:
    return file.read_text().split()


def _flask(*command: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *command]


def _environment(directory: Path, port: int, **settings: str) -> dict[str, str]:
    """This process's environment without any setting of ours, and then the journeys' own."""
    ours = {setting.variable for setting in SETTINGS}
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "THEKE_ENV": "development",
        "SECRET_KEY": "a secret of the journeys, which nobody else knows",
        "SITE_LANGUAGE": "de",
        "DATA_DIR": str(directory),
        "PORT": str(port),
        **settings,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """One running site. `settings` are settings of the program, beside or instead of the journeys' own."""

    def __init__(self, directory: Path, planted: Path, **settings: str) -> None:
        shutil.copytree(planted, directory)
        self.directory = directory
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = directory / "site.log"
        self._environment = _environment(directory, self.port, **settings)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the tree, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "community.core.supervisor"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        if not until(self.answers, STARTS_WITHIN):
            self.end()
            raise RuntimeError(f"the site did not start:\n{self.log.read_text()}")

    def end(self) -> None:
        """Stop the tree gracefully; what does not go within half a minute is killed."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def answers(self) -> bool:
        """Does the front page come?"""
        try:
            with urllib.request.urlopen(f"{self.address}/", timeout=5) as page:
                return bool(page.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def flask(self, *command: str, given: bytes = b"") -> str:
        """What a command of the operator says on this site; `given` is on its standard input."""
        told = subprocess.run(
            _flask(*command), cwd=ROOT, env=self._environment, check=False, capture_output=True, input=given
        )
        return (told.stdout + told.stderr).decode()

    def complaints(self) -> list[str]:
        """What went wrong inside, as the log has it: tracebacks, and errors that somebody noted."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or " ERROR " in line or "[ERROR]" in line]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the running site."""
        connection = sqlite3.connect(f"file:{self.directory / 'theke.sqlite3'}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def processes(self) -> dict[str, int]:
        """The tree's own children that live now, by name ('Server', 'Worker'), with their process numbers."""
        assert self._process is not None
        lines = self.log.read_text(errors="replace").splitlines()
        started = {
            words[0]: int(words[-1]) for line in lines if " runs as process " in line for words in [line.split()]
        }
        living = children_of(self._process.pid)
        return {name: number for name, number in started.items() if number in living}
