"""The promise on the front page is never better than the truth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from community.core import clock
from community.threads.promise import Promise, median_wait, wait_in_words
from tests.conftest import MONDAY
from tests.making import Cast, Make


def minutes(*numbers: int) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_it_is_the_median_when_everything_is_answered() -> None:
    assert median_wait(minutes(50, 10, 40, 20, 30), []) == timedelta(minutes=30)
    assert median_wait(minutes(10, 20, 30, 40, 50, 60), []) == timedelta(minutes=30)


def test_fewer_than_five_answers_promise_nothing() -> None:
    assert median_wait(minutes(1, 2, 3, 4), []) is None
    assert median_wait([], minutes(1, 2)) is None


def test_questions_that_wait_long_make_it_worse() -> None:
    assert median_wait(minutes(10, 20, 30, 40, 50), minutes(1000, 1000)) == timedelta(minutes=40)


def test_questions_asked_just_now_make_it_no_worse() -> None:
    assert median_wait(minutes(10, 20, 30, 40, 50), minutes(1, 2, 3)) == timedelta(minutes=30)


def test_nothing_is_promised_while_most_wait() -> None:
    assert median_wait(minutes(10, 20, 30, 40, 50), minutes(*[9999] * 6)) is None


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=5), "10 minutes"),
        (timedelta(minutes=31), "40 minutes"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=101), "1 h 50 min"),
        (timedelta(hours=47, minutes=1), "47 h 10 min"),
        (timedelta(hours=47, minutes=55), "2 days"),
        (timedelta(days=2, minutes=1), "3 days"),
    ],
)
def test_it_is_rounded_up(app, wait: timedelta, words: str) -> None:
    with app.test_request_context():
        assert wait_in_words(wait) == words


def test_it_is_worked_out_every_ten_minutes() -> None:
    asked: list[int] = []

    def work_out() -> timedelta:
        asked.append(1)
        return timedelta(minutes=len(asked))

    promise = Promise(work_out)
    with clock.frozen(MONDAY):
        assert (promise.figure(), promise.figure()) == (timedelta(minutes=1),) * 2
    with clock.frozen(MONDAY + timedelta(minutes=10)):
        assert promise.figure() == timedelta(minutes=2)


def test_the_front_page_says_it_once_five_are_answered(stranger: FlaskClient, make: Make, cast: Cast) -> None:
    for number in range(5):
        thread = make.thread(cast.alice, title=f"Question number {number}")
        with clock.frozen(MONDAY + timedelta(minutes=110)):
            make.reply(thread, cast.carol)
        if number == 3:
            assert "Half of all questions" not in stranger.get("/").text
    with clock.frozen(MONDAY + timedelta(hours=3)):
        assert "Half of all questions get a first answer within 1 h 50 min." in stranger.get("/?again").text
