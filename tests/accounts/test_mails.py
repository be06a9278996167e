"""What leaves by mail: one recipient, no header of a stranger's making, both languages, nothing that runs."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.accounts import mails, tokens
from community.accounts.models import Person
from community.config import ROOT
from community.core.extensions import writing
from community.core.mailer import as_message
from tests.accounts.conftest import LetterBox
from tests.making import PASSWORD

CORPUS = ROOT.parent / "shared" / "data" / "security" / "patt_crlf" / "payloads.jsonl"
BREAKS = ["\r\n", "\n", "\r", "\x00", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "%0d%0a", "\\r\\n", "\ud83d"]
HOSTILE = [f"x{line_end}Bcc: eve@example.org" for line_end in BREAKS] + [
    f"alice@example.org{line_end}Bcc: eve@example.org" for line_end in BREAKS
]
if CORPUS.exists():
    HOSTILE += [json.loads(line)["payload"] for line in CORPUS.read_text().splitlines() if line]


def check(letters: LetterBox) -> None:
    for mail in letters.all():
        message = message_from_bytes(as_message(mail).as_bytes(policy=default.clone(linesep="\r\n")), policy=default)
        assert len(message["To"].addresses) == 1
        assert set(message.keys()) == {
            "Subject", "From", "To", "Message-ID", "Date", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type",
        }  # fmt: skip
        assert "eve@" not in str(message["To"])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_line_ends_in_names_and_addresses_add_no_header_and_no_recipient(
    stranger: FlaskClient,
    browser_of,
    alice: Person,
    letters: LetterBox,
    hostile: str,  # type: ignore[no-untyped-def]
) -> None:
    hostile = hostile.encode("utf-8", "replace").decode()
    good = {"name": "nora", "display_name": "Nora", "email": "nora@example.org", "password": PASSWORD}
    browser = browser_of(alice)
    answers = [stranger.post("/register", data=good | {field: hostile}) for field in ("name", "display_name", "email")]
    answers.append(stranger.post("/reset", data={"email": hostile}))
    answers.append(stranger.post("/register/sent", data={"email": hostile}))
    answers.append(stranger.post("/login", data={"who": hostile, "password": hostile}))
    answers.append(browser.post("/settings/address", data={"email": hostile, "current_password": PASSWORD}))
    answers.append(browser.post("/settings/account", data={"display_name": hostile, "language": "en"}))
    assert all(answer.status_code in (303, 422) for answer in answers)
    check(letters)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_text_as_an_address_or_name_is_answered(app: Flask, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("community.core.limits.spend", lambda rate, who: None)
    monkeypatch.setattr("community.accounts.passwords.hash_password", lambda password: "x")
    text = text.encode("utf-8", "replace").decode()
    browser = app.test_client()
    form = {"name": text, "display_name": text, "email": text, "password": text}
    assert browser.post("/register", data=form).status_code in (303, 422)
    assert browser.post("/reset", data={"email": text}).status_code in (303, 422)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_is_written_in_both_languages_with_links_to_the_site_alone(
    app: Flask, alice: Person, letters: LetterBox, language: str
) -> None:
    with writing():
        alice.language = language
        secret = tokens.issue(tokens.Purpose.RESET, alice)
        mails.reset(alice, secret, asked="1")
        mails.already_registered(alice, asked="1")
        mails.password_changed(alice, asked="1")
        mails.address_change(alice, "new@example.org", secret, asked="1")
        mails.address_changed(alice, "alice@example.org", is_done=False, asked="1")
        mails.address_changed(alice, "alice@example.org", is_done=True, asked="1")
    found = letters.all()
    assert len(found) == 6
    for mail in found:
        assert mail.subject
        assert f'<html lang="{language}">' in mail.html
        assert "alice" in mail.text
        assert mail.html.count("http://localhost") == mail.html.count("://")
        assert "<script" not in mail.html
        assert " style=" not in mail.html
    check(letters)


def test_the_same_request_mails_once(app: Flask, alice: Person, letters: LetterBox) -> None:
    for _time in range(2):
        with writing():
            mails.password_changed(alice, asked="7")
    assert len(letters.all()) == 1


def test_somebody_without_an_address_is_not_mailed(app: Flask, alice: Person, letters: LetterBox) -> None:
    with writing():
        alice.email = alice.email_key = None
        mails.password_changed(alice, asked="7")
    assert letters.all() == []
