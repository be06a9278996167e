"""Every error is a page: the right status, the reader's language, what was typed still there, and no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from community.core import clock
from community.core.errors import Busy, Conflict, Gone, Invalid, NotAllowed, TooMany
from community.core.extensions import csrf, db
from community.factory import create_app
from tests.conftest import MONDAY, SETTINGS, Browser, Stage
from tests.making import Make
from tests.sending import forms, parse, text_of

TEXT = "A text that was typed with care, over more than one line.\nThis is the second."

RAISED = {
    "conflict": (Conflict(), 409, "Somebody was faster"),
    "not-allowed": (NotAllowed("Only on Mondays."), 403, "Only on Mondays."),
    "gone": (Gone(), 410, "This was taken away"),
    "invalid": (Invalid("Too short."), 422, "Too short."),
    "too-many": (TooMany(42), 429, "42 seconds"),
    "busy": (Busy(), 503, "could not be stored"),
    "locked": (OperationalError("UPDATE", {}, Exception("database is locked")), 503, "could not be stored"),
    "broken": (ZeroDivisionError("a secret detail"), 500, "went wrong on our side"),
    "unfit": (DataError("SELECT", {}, Exception("a secret detail")), 400, "could not be read"),
    "constraint": (IntegrityError("INSERT", {}, Exception("a secret detail")), 500, "went wrong on our side"),
}


@pytest.fixture
def site(stage: Stage, tmp_path: Path) -> Iterator[Flask]:
    """The app as customers meet it (errors are caught), with addresses that fail."""
    app = create_app(SETTINGS | stage.fresh(tmp_path / "site") | {"TESTING": False})
    app.test_client_class = Browser

    @csrf.exempt
    def fail(how: str) -> str:
        raise RAISED[how][0]

    app.add_url_rule("/fail/<how>", "fail", fail, methods=["GET", "POST"])
    app.add_url_rule("/abort/<int:status>", "abort", lambda status: abort(status))
    with clock.frozen(MONDAY), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    csrf._exempt_views.remove(f"{__name__}.fail")


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.mark.parametrize("how", RAISED)
def test_a_refusal_is_a_page_that_keeps_what_was_typed(visitor: FlaskClient, how: str) -> None:
    _error, status, expected = RAISED[how]
    answer = visitor.post(f"/fail/{how}", data={"body": TEXT, "password": "hush hush hush hush", "choice": "7"})
    assert answer.status_code == status
    assert expected in text_of(parse(answer))
    assert "Traceback" not in answer.get_data(as_text=True)
    assert "secret detail" not in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 410:
        return
    kept = forms(answer)[f"/fail/{how}"]
    assert kept["body"] == TEXT
    assert kept["choice"] == "7"
    assert "password" not in kept
    assert "hush" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("how", "seconds"), [("too-many", "42"), ("busy", "5"), ("locked", "5")])
def test_it_says_when_to_come_back(visitor: FlaskClient, how: str, seconds: str) -> None:
    assert visitor.get(f"/fail/{how}").headers["Retry-After"] == seconds


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503, 418, 502])
def test_every_status_has_a_page_in_the_readers_language(visitor: FlaskClient, status: int) -> None:
    for language in ("de", "en"):
        answer = visitor.get(f"/abort/{status}", headers={"Accept-Language": language})
        assert answer.status_code == status
        page = parse(answer)
        assert page.get("lang") == language
        assert page.find(".//h1") is not None


def test_a_wrong_method_says_so(visitor: FlaskClient) -> None:
    answer = visitor.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_large_a_form_is_refused_with_a_page(visitor: FlaskClient) -> None:
    answer = visitor.post("/login", data={"who": "x" * 600_000})
    assert answer.status_code == 413
    assert "too large" in text_of(parse(answer))


def test_whatever_fails_before_a_giant_form_is_read_is_a_page_too(visitor: FlaskClient) -> None:
    assert visitor.post("/fail/conflict", data={"body": "x" * 600_000}).status_code == 409


def test_a_database_that_is_gone_is_a_page_even_for_whoever_is_signed_in(
    site: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    Make.sign_in(visitor, Make().person("alice"))

    def gone(*arguments: object, **options: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("sqlalchemy.engine.base.Connection.execute", gone)
    answer = visitor.post("/threads/1/replies", data={"body": TEXT})
    assert answer.status_code == 503
    assert forms(answer)["/threads/1/replies"]["body"] == TEXT


def test_what_went_wrong_is_in_the_log(visitor: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    visitor.get("/fail/broken")
    assert "a secret detail" in caplog.text


def test_markup_in_a_kept_text_stays_text(visitor: FlaskClient) -> None:
    answer = visitor.post("/fail/conflict", data={"body": "</textarea><script>alert(1)</script> & more of it"})
    assert forms(answer)["/fail/conflict"]["body"] == "</textarea><script>alert(1)</script> & more of it"
    assert not [script for script in parse(answer).iter("script") if not script.get("src")]
