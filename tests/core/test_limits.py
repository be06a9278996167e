"""Rates are counted in the database and said in seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from community.core import clock, limits
from community.core.errors import TooMany


def test_the_sixth_post_of_a_minute_is_refused_with_the_time_to_wait(app: Flask) -> None:
    for _number in range(5):
        limits.spend("post", 1)
    with pytest.raises(TooMany) as refusal:
        limits.spend("post", 1)
    assert 0 < refusal.value.wait_seconds <= 60


def test_one_persons_limit_is_not_anothers(app: Flask) -> None:
    for _number in range(5):
        limits.spend("post", 1)
    limits.spend("post", 2)


def test_the_last_window_still_counts_by_its_share(app: Flask) -> None:
    start = clock.now().replace(second=0, microsecond=0)
    with clock.frozen(start + timedelta(seconds=50)):
        for _number in range(5):
            limits.spend("post", 1)
    with clock.frozen(start + timedelta(seconds=62)), pytest.raises(TooMany):
        for _number in range(2):
            limits.spend("post", 1)
    with clock.frozen(start + timedelta(seconds=121)):
        for _number in range(4):
            limits.spend("post", 1)


def test_old_windows_are_swept(app: Flask) -> None:
    limits.spend("post", 1)
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        limits.sweep()
        assert limits.db.session.scalars(limits.select(limits.Spent)).all() == []
