"""`bin/bench duplicates DIR`: a real community's dump is imported; how often is the master of a duplicate among the five shown?

For each question that the dump links as a duplicate of an imported question with an answer: its title is typed, and the
similar cases are looked up as the asking page does it. The duplicate itself does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from defusedxml.ElementTree import iterparse
from sqlalchemy import select

from community.core.extensions import db
from community.factory import create_app
from community.importers.models import ImportedRow
from community.intake.similar import similar_cases
from community.threads.models import Thread

from .serving import ROOT
from .sites import SECRET

DUPLICATE = "3"


def main(dump: Path) -> None:
    """Import into a site of its own, look, print a line for each pair and one JSON line."""
    with tempfile.TemporaryDirectory(prefix="theke-bench-") as folder:
        environment = {"THEKE_ENV": "development", "SECRET_KEY": SECRET, "DATA_DIR": folder, "FLASK_APP": "wsgi"}
        for words in (("db", "upgrade"), ("import", "stackexchange", str(dump)), ("search", "rebuild")):
            command = [sys.executable, "-m", "flask", *words]
            subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
        app = create_app({key: value for key, value in environment.items() if key != "FLASK_APP"})
        with app.test_request_context():
            _look(dump)
            db.session.remove()
            db.engine.dispose()


def _look(dump: Path) -> None:
    threads = {
        row.foreign_id: row.local_id
        for row in db.session.scalars(select(ImportedRow).where(ImportedRow.kind == "thread"))
    }
    found = solved = pairs = 0
    for duplicate, master in _duplicates(dump):
        asked = db.session.get(Thread, threads.get(duplicate, 0))
        answer = db.session.get(Thread, threads.get(master, 0))
        if asked is None or answer is None or answer.first_answered_at is None:
            continue
        shown = [case.id for case in similar_cases(asked.title, "", asked.language, None) if case.id != asked.id][:5]
        pairs, solved, found = pairs + 1, solved + bool(answer.solved_at), found + (answer.id in shown)
        print(f"{'yes' if answer.id in shown else 'no ':<4} {asked.title[:60]:<62} {answer.title[:60]}")
    print(json.dumps({"duplicates": pairs, "master_is_solved": solved, "master_among_five": found}))


def _duplicates(dump: Path) -> list[tuple[str, str]]:
    return [
        (row.get("PostId", ""), row.get("RelatedPostId", ""))
        for _event, row in iterparse(dump / "PostLinks.xml")
        if row.tag == "row" and row.get("LinkTypeId") == DUPLICATE
    ]
