"""Sends a bounded number of requests over kept connections and notes how long each took."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count

Request = tuple[str, str, dict[str, str], bytes | None]  # method, path, headers, body


@dataclass
class Run:
    """What came back: status codes, seconds of each request, bytes, seconds in all."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    length: int = 0
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` of the requests were answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        """Milliseconds."""
        return 1000 * statistics.median(self.seconds)


def drive(port: int, request: Callable[[int], Request], requests: int, connections: int = 1) -> Run:
    """Send `request(0)` .. `request(requests - 1)` over `connections` kept connections."""
    run, mutex, numbers = Run(), threading.Lock(), count()
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_send, args=(port, request, numbers, requests, run, mutex)) for _ in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.wall = time.perf_counter() - began
    return run


def _send(
    port: int, request: Callable[[int], Request], numbers: Iterator[int], most: int, run: Run, mutex: threading.Lock
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while (number := next(numbers)) < most:
        method, path, headers, body = request(number)
        began = time.perf_counter()
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        length = len(response.read())
        took = time.perf_counter() - began
        with mutex:
            run.statuses[response.status] = run.statuses.get(response.status, 0) + 1
            run.seconds.append(took)
            run.length += length
    connection.close()
