"""Starts a server for a measurement, on loopback, and counts the processor time of its whole process tree."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and its processes."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Processor time used so far by the server and everything that it started."""
        return tree_cpu_seconds(self.process.pid)

    def memory_mib(self) -> float:
        """Resident memory of the whole tree, without counting shared pages twice (PSS)."""
        return sum(_proportional(pid) for pid in _tree(self.process.pid)) / 1024


def tree_cpu_seconds(pid: int) -> float:
    """Processor time used so far by a process and everything that it started."""
    return sum(_cpu(one) for one in _tree(pid))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found.extend(_tree(int(child)))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own_and_reaped = sum(int(fields[index]) for index in (11, 12, 13, 14))
    return own_and_reaped / TICKS


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[Server]:
    """The application under the project's own gunicorn configuration."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), application]
    with running(command, environment | {"PORT": str(port)}) as process:
        _wait_for(port, process)
        yield Server(port, process)


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child process for the length of a block; asked to stop at its end, and waited for."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def letter_box() -> Iterator[int]:
    """A mail server in this process that takes everything; yields its port."""
    controller = Controller(_TakesAll(), hostname="127.0.0.1", port=free_port())
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class _TakesAll:
    """Takes a mail and forgets it."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802  its protocol
        """What aiosmtpd calls."""
        return "250 taken"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")
