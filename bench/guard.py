"""`bin/bench guard`: how well personal data is found before it is published, and what looking for it costs.

The labelled sentences are those of the tests: a finding is right if it overlaps a label of its kind. Beside the cost of an
ordinary text stand texts that are made to be dear, each against the page that says hello in the same run.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from contextlib import AbstractContextManager
from dataclasses import asdict

from community.core.personal_data import find
from tests.core.personal_data.hostile import HOSTILE, repeated
from tests.core.personal_data.labelled import HALVES, Figures, Sentence, judged, sentences

from .pages import hello_seconds
from .serving import Server, gunicorn
from .sites import SECRET

SIZE = 10_000
RUNS = 7


def main() -> None:
    """Print a table of each half and language, one of the costs, and one JSON line with all figures."""
    found = {
        f"{half}, {language}": _found([one for one in sentences(half) if one.language == language])
        for half in HALVES
        for language in ("german", "english")
    }
    for name, kinds in found.items():
        print(f"{name:<20} {'precision':>9} {'recall':>7} {'labels':>7}")
        for kind, one in kinds.items():
            hint = " (a hint)" if kind == "address" else ""
            print(f"  {kind + hint:<18} {one.precision:>9.3f} {one.recall:>7.3f} {one.met + one.missed:>7}")
    costs = _costs()
    for name, (milliseconds, ratio) in costs.items():
        print(f"{name:<26} {milliseconds:>8.2f} ms per 10 kB {ratio:>8.1f} x hello")
    figures = {name: {kind: asdict(one) for kind, one in kinds.items()} for name, kinds in found.items()}
    print(json.dumps({"found": figures, "costs": costs}))


def _found(tried: list[Sentence]) -> dict[str, Figures]:
    return {kind.value: one for kind, one in judged(tried, find).items()}


def _costs() -> dict[str, tuple[float, float]]:
    ordinary = "\n".join(one.text for half in HALVES for one in sentences(half) if not one.labels)
    personal = "\n".join(one.text for half in HALVES for one in sentences(half) if one.labels)
    texts = {"ordinary": ordinary[:SIZE], "nothing but personal data": personal[:SIZE]}
    texts |= {name: repeated(name, SIZE) for name in HOSTILE}
    with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder, _hello(folder) as hello:
        hello_seconds(hello)
        yardstick = hello_seconds(hello)
        return {name: _cost(text, yardstick) for name, text in texts.items()}


def _hello(folder: str) -> AbstractContextManager[Server]:
    return gunicorn("bench.hello:app", {"THEKE_ENV": "development", "SECRET_KEY": SECRET, "DATA_DIR": folder})


def _cost(text: str, yardstick: float) -> tuple[float, float]:
    """Milliseconds of 10,000 characters, and how many pages that say hello that is."""
    seconds = statistics.median(_seconds(text) for _run in range(RUNS)) * SIZE / len(text)
    return 1000 * seconds, seconds / yardstick


def _seconds(text: str) -> float:
    before = time.process_time()
    find(text)
    return time.process_time() - before
