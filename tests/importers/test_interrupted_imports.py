"""An import that is killed at any moment goes on where it stopped, and leaves no half thread behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import mailer
from community.core.extensions import db
from community.notifications.models import Notification
from community.threads import repair
from tests.importers import count_dump
from tests.importers.dumps import REAL_DUMPS, ROOT, counts, large_dump, ledger_size

PATIENCE = 120.0


def start(settings: dict[str, object], folder: Path) -> subprocess.Popen[bytes]:
    """The import as an operator runs it, in a process of its own."""
    ours = {name: str(value) for name, value in settings.items() if isinstance(value, str)}
    with said(settings).open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "import", "stackexchange", str(folder)],
            cwd=ROOT,
            env={**os.environ, **ours},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def said(settings: dict[str, object]) -> Path:
    """Where the imports write what they say."""
    return Path(str(settings["DATA_DIR"])) / "said.txt"


def kill_once_there_are(rows: int, process: subprocess.Popen[bytes]) -> bool:
    """kill -9 as soon as the ledger holds more than `rows`; False if the import had ended before."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and ledger_size() <= rows and time.monotonic() < deadline:
        time.sleep(0.01)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return was_running


def check(app: Flask, folder: Path, settings: dict[str, object], kills: list[int]) -> None:
    expected = count_dump.count(folder)
    for rows in kills:
        assert kill_once_there_are(rows, start(settings, folder)), said(settings).read_text()
        assert list(repair.drift()) == []
        assert 0 < counts()["threads"] < expected["threads"]
    assert start(settings, folder).wait(PATIENCE) == 0, said(settings).read_text()
    assert counts() == expected
    size = ledger_size()
    again = app.test_cli_runner().invoke(args=["import", "stackexchange", str(folder)])
    assert "Nothing new" in again.output
    assert (counts(), ledger_size()) == (expected, size)
    assert list(repair.drift()) == []
    assert db.session.scalar(select(func.count(mailer.Mail.id))) == 0
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_an_import_that_is_killed_again_and_again_ends_with_the_same_counts(
    app: Flask, settings: dict[str, object], tmp_path: Path
) -> None:
    check(app, large_dump(tmp_path / "dump", questions=200), settings, kills=[50, 400, 900])


@pytest.mark.alike("the large dump above is interrupted with both, and this one is imported whole with both")
@pytest.mark.timeout(600)
def test_a_real_dump_too(app: Flask, settings: dict[str, object]) -> None:
    folder = REAL_DUMPS / "stackexchange-ai"
    if not folder.is_dir():
        pytest.skip("the real dump stackexchange-ai is not here")
    check(app, folder, settings, kills=[300, 1500])
