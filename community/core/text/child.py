"""The renderer: a process without secrets or database that renders one text after the other until its parent is gone.

The kernel holds the limits: address space for the whole process, and a timer of processor time for each text that
ends the process when it runs out. Started by `pool` as `python -m community.core.text.child`, with a socket as
standard input.
"""

from __future__ import annotations

import resource
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from .bounds import RENDER_CPU_SECONDS, RENDER_MEMORY_BYTES
from .frames import Disconnected, receive, send
from .rendered import Rendered
from .rendering import nobody, render_here, render_html_here

_RENDERERS = {"markdown": render_here, "html": render_html_here}


def main() -> None:
    """Serves the socket on standard input until the other end closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours.
    resource.setrlimit(resource.RLIMIT_AS, (RENDER_MEMORY_BYTES, RENDER_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=0) as parent:
        try:
            while True:
                _serve(parent)
        except (Disconnected, OSError):
            return


def _serve(parent: socket.socket) -> None:
    request = receive(parent)

    def people(names: Sequence[str]) -> Mapping[str, str]:
        send(parent, {"names": list(names)})
        addresses: Mapping[str, str] = receive(parent)["addresses"]
        return addresses

    signal.setitimer(signal.ITIMER_PROF, RENDER_CPU_SECONDS)
    render = _RENDERERS[request["kind"]]
    rendered: Rendered = render(
        request["source"], people if request["asks_for_people"] else nobody, frozenset(request["own_hosts"])
    )
    signal.setitimer(signal.ITIMER_PROF, 0)
    send(parent, {"rendered": asdict(rendered)})


if __name__ == "__main__":
    main()
