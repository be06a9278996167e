"""kill -9 of the worker amid its commits, over and over: nothing that was done is missing, and what waited is caught up with."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from community.config import ROOT
from tests.conftest import ON_POSTGRES

KILLS = 50


@pytest.fixture(
    params=[
        "whoosh",
        pytest.param("postgres", marks=pytest.mark.skipif(not ON_POSTGRES, reason="THEKE_TEST_DATABASE=postgresql")),
    ]
)
def settings(request: pytest.FixtureRequest, settings: dict[str, object]) -> dict[str, object]:
    """Either engine."""
    return settings | {"SEARCH_ENGINE": request.param}


@pytest.mark.timeout(150)
def test_a_worker_killed_fifty_times_loses_nothing(settings: dict[str, object]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.search_index.killing", str(KILLS)],
        input=json.dumps(settings),
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["kills"] == KILLS
    assert told["amid_work"] > KILLS / 10  # else the kills came too late to say anything
