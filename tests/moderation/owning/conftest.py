"""Alice's thread, and many at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from community.core import limits
from community.core.extensions import db
from community.threads.models import Thread
from tests.making import Cast, Make


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice)


@pytest.fixture
def at_once(app: Flask, browser_of: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Counter[int]]:
    """`at_once(people, path, forms)`: everyone sends at the same time, to one path or each to their own; returns how often
    each status was answered."""
    monkeypatch.setitem(limits.RATES, "post-staff", limits.Rate(10_000, 60))

    def send(people: list[Any], path: str | list[str], forms: list[dict[str, Any]] | None = None) -> Counter[int]:
        browsers = [browser_of(person) for person in people]
        forms = forms or [{}] * len(browsers)
        paths = [path] * len(browsers) if isinstance(path, str) else path
        db.session.rollback()
        with ThreadPoolExecutor(max_workers=16) as pool:
            sent = zip(browsers, paths, forms, strict=True)
            jobs = [pool.submit(_send, app, *each) for each in sent]
            answers = [job.result() for job in jobs]
        db.session.rollback()
        return Counter(answers)

    return send


def _send(app: Flask, browser: Any, path: str, form: dict[str, Any]) -> int:
    with app.app_context():
        status: int = browser.post(path, data=form).status_code
    return status
