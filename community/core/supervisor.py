"""The process tree: server and worker are children of one supervisor, which keeps both alive and takes both down.

- A child that ends, for whatever reason, is started again after a pause that doubles with each quick failure.
- The listening socket is the supervisor's: while the server is away for a moment, visitors wait instead of failing.
- SIGTERM, SIGINT or SIGHUP ends everything gracefully; a second one, or STOP_WITHIN, ends it at once.
- When the supervisor itself is killed, the kernel tells its children to stop.

Needs only the standard library, so it starts at once and stays small.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from community.config import settings

FIRST_PAUSE = 0.5  # seconds before a child is started again
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 10.0  # a child that lasted this long starts over with the first pause
STOP_WITHIN = 15.0  # a little more than the server's own time to finish
LEFTOVERS_STOP_WITHIN = 12.0  # what an ended child had started notices, finishes what it does and goes
BACKLOG = 1024
SOCKET_VARIABLE = "THEKE_LISTENING_SOCKET"

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


class CannotListen(SystemExit):
    """The address is taken or not ours; says so. Ends the program with status 1."""


@dataclass(frozen=True)
class Command:
    """One program of the tree, by the name that people see."""

    name: str
    arguments: Sequence[str]


@dataclass
class Child:
    """One command with its present process, if it has one, and the moment when it may start again."""

    command: Command
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    quick_failures: int = 0
    leftovers: dict[int, float] = field(default_factory=dict)
    """Process groups of earlier processes that still have members, with the moment when they are killed."""

    def start(self, sockets: Sequence[int]) -> int:
        """Begin a new process; it inherits the open `sockets`. Returns its number."""
        supervisor = os.getpid()
        self.process = subprocess.Popen(
            self.command.arguments,
            process_group=0,
            pass_fds=sockets,
            preexec_fn=lambda: _begin_as_child(supervisor),
        )
        self.started_at = time.monotonic()
        return self.process.pid

    def has_ended(self) -> str | None:
        """Notice that the process has ended and plan its return; says how it ended, once."""
        if self.process is None or self.process.poll() is None:
            return None
        now = time.monotonic()
        self.quick_failures = 0 if now - self.started_at > HEALTHY_AFTER else self.quick_failures + 1
        self.start_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, self.quick_failures - 1))
        self.leftovers[self.process.pid] = now + LEFTOVERS_STOP_WITHIN
        how, self.process = _how_it_ended(self.process.returncode), None
        return how

    def sweep(self) -> None:
        """Collect what earlier processes left behind; kill what does not go by itself."""
        for group, until in list(self.leftovers.items()):
            if _is_gone(group):
                del self.leftovers[group]
            elif time.monotonic() > until:
                _kill(group)

    def ask_to_end(self) -> None:
        """The process tells its own children: they may be in the middle of its work."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        for group in [*self.leftovers, *([self.process.pid] if self.process else [])]:
            _kill(group)

    def is_gone(self) -> bool:
        self.has_ended()
        self.sweep()
        return self.process is None and not self.leftovers


def _print(line: str) -> None:
    print(line, flush=True)


def supervise(commands: Sequence[Command], sockets: Sequence[int] = (), say: Callable[[str], None] = _print) -> None:
    """Run `commands` until a signal to stop; every one inherits the open `sockets`. `say` hears each change.

    Must be called from the main thread of a process that has no other children.
    """
    stops = _signals_to_stop()
    signal.pthread_sigmask(signal.SIG_BLOCK, {*stops, signal.SIGCHLD})
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    children = [Child(command) for command in commands]
    asked_to_stop = False
    while not asked_to_stop:
        for child in children:
            _keep_alive(child, sockets, say)
        asked_to_stop = _wait(stops, _pause(children))
    say("Stopping ...")
    _stop(children, stops)
    say("Stopped.")


def _keep_alive(child: Child, sockets: Sequence[int], say: Callable[[str], None]) -> None:
    if how := child.has_ended():
        say(f"{child.command.name} {how}; starts again in {max(0.0, child.start_at - time.monotonic()):.1f} s")
    child.sweep()
    if child.process is None and child.start_at <= time.monotonic():
        say(f"{child.command.name} runs as process {child.start(sockets)}")


def _pause(children: Sequence[Child]) -> float:
    """Seconds until something is due by itself; a child that ends wakes us earlier."""
    if any(child.leftovers for child in children):
        return 0.1
    waits = [child.start_at - time.monotonic() for child in children if child.process is None]
    return max(0.0, min([*waits, 60.0]))


def _wait(stops: set[signal.Signals], seconds: float) -> bool:
    """True when a signal to stop came, False when a child ended or the time is over."""
    arrived = signal.sigtimedwait({*stops, signal.SIGCHLD}, seconds)
    return arrived is not None and arrived.si_signo in stops


def _stop(children: Sequence[Child], stops: set[signal.Signals]) -> None:
    for child in children:
        child.ask_to_end()
    until = time.monotonic() + STOP_WITHIN
    impatient = False
    while present := [child for child in children if not child.is_gone()]:
        impatient = impatient or _wait(stops, 0.1) or time.monotonic() > until
        if impatient:
            for child in present:
                child.kill()
            _wait(stops, 0.1)


def _signals_to_stop() -> set[signal.Signals]:
    """What ends us. Under `nohup` the end of the terminal does not."""
    stops = {signal.SIGTERM, signal.SIGINT}
    return stops if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else stops | {signal.SIGHUP}


def _begin_as_child(supervisor: int) -> None:
    """In the new process, before its program: hear signals again, and end when the supervisor ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    if os.getppid() != supervisor:
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(option, value, 0, 0, 0)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _is_gone(group: int) -> bool:
    """Has the last process of a group gone? Collects those that have; orphans become ours (subreaper)."""
    try:
        while os.waitpid(-group, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return True
    return False


def _how_it_ended(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


# -- Theke's own tree ---------------------------------------------------------------------------------------------


def listen(host: str, port: int) -> socket.socket:
    """The socket on which visitors arrive. Raises `CannotListen` with a sentence for the person at the keyboard."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"Port {port} is taken by another program. End that one, or choose another: PORT={port + 1} bin/run"
            ) from None
        raise CannotListen(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from None


def commands() -> list[Command]:
    """Server and worker, under the Python that runs us."""
    return [
        Command("Server", [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]),
        Command("Worker", [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the settings and the address (`--check` ends here), then serve until a signal to stop."""
    parser = argparse.ArgumentParser(prog="supervisor", description="Keep server and worker running.")
    parser.add_argument("--check", action="store_true", help="only see whether settings and address allow a start")
    options = parser.parse_args(arguments)
    values: dict[str, Any] = settings()
    with listen(values["HOST"], values["PORT"]) as visitors:
        if options.check:
            return 0
        os.environ[SOCKET_VARIABLE] = str(visitors.fileno())
        _print(f"Theke is at {values['BASE_URL']} - Ctrl-C ends it.")
        supervise(commands(), [visitors.fileno()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
