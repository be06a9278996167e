"""The renderers of this process: started when first needed, killed when a text costs too much, renewed now and then.

A renderer is a fresh interpreter, never a fork of a process with threads. After a fork (a web server's workers) the
new process forgets the renderers of the old one and starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from threading import Condition

from .bounds import RENDER_WALL_SECONDS, RENDERERS, RENDERS_PER_CHILD
from .frames import Disconnected, Message, receive, send
from .rendered import Rendered, unrendered

logger = logging.getLogger(__name__)

Mentions = Callable[[str], str | None]
"""Given a name, the address of that person, or None if there is no such person."""

_ROOT = Path(__file__).resolve().parents[3]


def _started(connection: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "community.core.text.child"],
        stdin=connection.fileno(),
        stdout=subprocess.DEVNULL,
        cwd=_ROOT,
        env={},  # Nothing secret can leak from where nothing secret is.
    )


class _Renderer:
    """One child process and the socket to it."""

    def __init__(self) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            try:
                self.process = _started(theirs)
            except OSError:
                self.connection.close()
                raise
        self.renders = 0

    @property
    def is_fit(self) -> bool:
        return self.renders < RENDERS_PER_CHILD and self.process.poll() is None

    def render(self, request: Message, mentions: Mentions | None, deadline: float) -> Rendered:
        """Raises TimeoutError, OSError or Disconnected; whatever `mentions` raises passes through."""
        self.renders += 1
        answer = self._exchange(request, deadline)
        if mentions and "names" in answer:
            answer = self._exchange({"addresses": _addresses(answer["names"], mentions)}, deadline)
        rendered = answer.get("rendered")
        if rendered is None:
            raise Disconnected
        return Rendered(**{**rendered, "mentioned": tuple(rendered["mentioned"])})

    def _exchange(self, message: Message, deadline: float) -> Message:
        self.connection.settimeout(max(0.001, deadline - time.monotonic()))
        send(self.connection, message)
        return receive(self.connection)

    def kill(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """Lets go of a renderer that belongs to the process this one was forked from."""
        self.connection.close()
        self.process.returncode = 0


def _addresses(names: Sequence[str], mentions: Mentions) -> Mapping[str, str]:
    found = {name: mentions(name) for name in names}
    return {name: address for name, address in found.items() if address}


class Renderers:
    """At most `size` renderers, shared by the threads of one process."""

    def __init__(self, size: int = RENDERERS) -> None:
        self._size = size
        self._reset()
        os.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self.close)

    def render(self, kind: str, source: str, mentions: Mentions | None, own_hosts: Set[str]) -> Rendered:
        """`source` (normalised) as rendered, or as written if no renderer could do it within its limits."""
        request = {
            "kind": kind,
            "source": source,
            "asks_for_people": mentions is not None,
            "own_hosts": sorted(own_hosts),
        }
        deadline = time.monotonic() + RENDER_WALL_SECONDS
        renderer = self._borrow(deadline)
        if renderer is None:
            logger.error("no renderer could be had; a text of %d characters is shown as written", len(source))
            return unrendered(source)
        try:
            rendered = renderer.render(request, mentions, deadline)
        except (Disconnected, OSError) as error:
            self._end(renderer)
            logger.warning("a renderer ended (%s, exit code %s)", type(error).__name__, renderer.process.returncode)
            return unrendered(source)
        except BaseException:
            self._end(renderer)
            raise
        self._give_back(renderer)
        return rendered

    def warm(self) -> None:
        """Starts a renderer ahead of the first text."""
        renderer = self._borrow(time.monotonic() + RENDER_WALL_SECONDS)
        if renderer:
            self._give_back(renderer)

    def close(self) -> None:
        """Ends the idle renderers; those at work end by their own limits."""
        with self._changed:
            while self._idle:
                self._drop(self._idle.pop())

    def _borrow(self, deadline: float) -> _Renderer | None:
        with self._changed:
            while not self._idle and len(self._all) >= self._size:
                if not self._changed.wait(deadline - time.monotonic()):
                    return None
            if self._idle:
                renderer = self._idle.pop()
                if renderer.is_fit:
                    return renderer
                self._drop(renderer)
            return self._start()

    def _start(self) -> _Renderer | None:
        try:
            renderer = _Renderer()
        except OSError:
            logger.exception("a renderer could not be started")
            return None
        self._all.add(renderer)
        return renderer

    def _give_back(self, renderer: _Renderer) -> None:
        with self._changed:
            self._idle.append(renderer)
            self._changed.notify()

    def _end(self, renderer: _Renderer) -> None:
        with self._changed:
            self._drop(renderer)
            self._changed.notify()

    def _drop(self, renderer: _Renderer) -> None:
        renderer.kill()
        self._all.discard(renderer)

    def _reset(self) -> None:
        self._changed = Condition()
        self._all: set[_Renderer] = set()
        self._idle: list[_Renderer] = []

    def _after_fork(self) -> None:
        for renderer in self._all:
            with contextlib.suppress(OSError):
                renderer.forget()
        self._reset()


renderers = Renderers()
