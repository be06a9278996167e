"""/dev/mail, in development and never elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import factory
from community.accounts.models import Person
from tests.accounts.conftest import LetterBox


def test_mails_are_listed_and_read(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    assert "No mail yet" in stranger.get("/dev/mail").text
    stranger.post("/reset", data={"email": "alice@example.org"})
    mail = letters.last("reset")
    assert mail.subject in stranger.get("/dev/mail").text
    page = stranger.get(f"/dev/mail/{mail.id}")
    assert "alice@example.org" in page.text
    assert f'<a href="http://localhost{letters.path("reset")}"' in page.text


def test_the_html_runs_nothing(stranger: FlaskClient, alice: Person, letters: LetterBox) -> None:
    stranger.post("/reset", data={"email": "alice@example.org"})
    page = stranger.get(f"/dev/mail/{letters.last('reset').id}/html")
    assert page.status_code == 200
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/dev/mail/1", "/dev/mail/1/html", "/dev/mail/99999999999999999999", "/dev/mail/x"])
def test_unknown_mails_are_not_there(stranger: FlaskClient, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_it_does_not_exist_in_production(app: Flask, settings: dict[str, object]) -> None:
    production = factory.create_app(
        settings
        | {
            "THEKE_ENV": "production",
            "BASE_URL": "https://community.example.org",
            "SMTP_HOST": "mail.example.org",
            "MAIL_FROM": "community@example.org",
        }
    )
    rules = [rule.rule for rule in production.url_map.iter_rules()]
    assert not [rule for rule in rules if rule.startswith("/dev")]
