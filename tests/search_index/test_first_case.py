"""A forum with one solved case: whoever writes of it in other words, with a slip, meets it with its solution."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.making import Cast, Make
from tests.sending import parse, text_of
from tests.working import reindex, work

SOLUTION = "Restart the box; it takes two minutes."


@pytest.fixture(autouse=True)
def _one_case(app: Flask, make: Make, cast: Cast) -> None:
    make.thread(
        by=cast.alice,
        title="Störungsmeldung wird nicht angenommen",
        body="Das Formular für den Internetausfall nimmt meine Meldung nicht.",
        language="de",
        solved=True,
    )
    work()
    reindex()


@pytest.mark.parametrize(
    "title",
    [
        "Störungsmeldung wird nicht angenommen",
        "Stoerungsmeldung nicht angenommen",
        "storungsmeldung nicht angenommen",
        "Störung melden",
        "Störungsmelung wird nich angenomen",
        "Meldung einer Störung nimmt er nicht an",
        "Störungsmeldungen werden nicht angenommen",
        "STÖRUNGSMELDUNG",
        "störungsm",
    ],
)
def test_the_case_is_shown_with_its_solution(stranger: FlaskClient, title: str) -> None:
    shown = text_of(parse(stranger.get("/similar", query_string={"title": title, "language": "de"})))
    assert "Störungsmeldung wird nicht angenommen" in shown
    assert SOLUTION in shown


@pytest.mark.parametrize(
    "title",
    [
        "Rechnung ist zu hoch",
        "Wie kündige ich meinen Vertrag?",
        "Zählerstand mitteilen",
        "Router blinkt",
        "der die das",
        "?",
    ],
)
def test_something_else_shows_nothing(stranger: FlaskClient, title: str) -> None:
    shown = stranger.get("/similar", query_string={"title": title, "language": "de"}).get_data(as_text=True)
    assert "Störungsmeldung" not in shown
