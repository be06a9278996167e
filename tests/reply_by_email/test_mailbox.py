"""How mails reach us: by a pipe of the mail server, or from a mailbox."""

from __future__ import annotations

import imaplib
import io
import sys
from typing import Any

import pytest
from flask import Flask

from community.core import doctor
from community.reply_by_email import cli, mailbox
from community.reply_by_email.outcomes import Outcome
from community.reply_by_email.reading import SIZE_MAX
from tests.reply_by_email.conftest import Letters, setting

IMAP = {"IMAP_HOST": "imap.example.org", "IMAP_USER": "community", "IMAP_PASSWORD": "x"}


class Box:
    """A mailbox with these mails, which says what was done with it."""

    def __init__(self, mails: dict[str, bytes]) -> None:
        self.mails = mails
        self.seen: list[str] = []
        self.asked: list[str] = []
        self.search: tuple[str, ...] = ()

    def __call__(self, *place: Any, **options: Any) -> Box:
        assert options["ssl_context"].check_hostname
        return self

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def login(self, user: str, password: str) -> None:
        pass

    def select(self, name: str) -> None:
        pass

    def uid(self, command: str, *arguments: str) -> tuple[str, list[Any]]:
        if command == "SEARCH":
            self.search = arguments
            return "OK", [" ".join(number for number in self.mails if number not in self.seen).encode()]
        number, what = arguments[0], arguments[1]
        if command == "STORE":
            self.seen.append(number)
            return "OK", []
        self.asked.append(what)
        if what == "(RFC822.SIZE)":
            return "OK", [f"1 (UID {number} RFC822.SIZE {len(self.mails[number])})".encode()]
        message = self.mails[number]
        return "OK", [(b"1 (...", message.partition(b"\n\n")[0] + b"\n\n" if "HEADER" in what else message), b")"]


def test_a_mailbox_is_emptied_of_answers_and_one_bad_mail_holds_up_no_other(
    app: Flask, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = letters.plain("fails", key="fails")
    box = Box(
        {
            "1": fails,
            "2": letters.plain("x" * (SIZE_MAX + 1), key="large"),
            "3": letters.plain("Green.", key="good"),
        }
    )
    receive = mailbox.receive

    def stumbles(message: bytes, *, is_cut: bool = False) -> Outcome:
        if message == fails:
            raise LookupError("nobody knows")
        return receive(message, is_cut=is_cut)

    monkeypatch.setattr(imaplib, "IMAP4_SSL", box)
    monkeypatch.setattr(mailbox, "receive", stumbles)
    assert mailbox.fetch() == 0  # there is no mailbox
    with setting(app, **IMAP):
        assert mailbox.fetch() == 2
    assert box.seen == ["2", "3"]
    assert box.search == ("UNSEEN", "OR", "TO", '"community+r."', "TO", '"community+p."')
    assert box.asked.count("(BODY.PEEK[])") == 2
    assert letters.answers() == ["Green."]


def test_a_mailbox_that_is_away_is_asked_again_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*place: Any, **options: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(imaplib, "IMAP4_SSL", away)
    with setting(app, **IMAP):
        assert mailbox.fetch() == 0


def piped(app: Flask, monkeypatch: pytest.MonkeyPatch, message: bytes, *options: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(message)))
    with pytest.raises(SystemExit) as ended:
        cli.receive_command.main(list(options), standalone_mode=False)
    return int(ended.value.code or 0)


def test_a_mail_server_is_told_what_became_of_a_mail(
    app: Flask, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert piped(app, monkeypatch, letters.plain("Green.")) == 0
    hidden = letters.plain("Red.", address="undisclosed", key="2")
    assert piped(app, monkeypatch, hidden, "--to", letters.address()) == 0
    assert piped(app, monkeypatch, letters.mail("vacation")) == 0
    assert piped(app, monkeypatch, letters.plain("Hello", address="community@example.org", key="3")) == 67
    app.extensions.pop("theke-personal-data")
    assert piped(app, monkeypatch, letters.plain("Later.", key="4")) == 75
    assert letters.answers() == ["Green.", "Red."]


PROBLEMS = (
    ({}, None),
    ({"MAIL_IN_ADDRESS": "community-of-our-customers@example.org"}, "19 fit"),
    ({"MAIL_IN_ADDRESS": "community+x@example.org"}, "without a plus sign"),
    ({"MAIL_IN_ADDRESS": "no-reply@example.org"}, "nobody answers"),
    ({"MAIL_FROM": "noreply@example.org"}, "somebody must read"),
    ({"IMAP_HOST": "imap.example.org"}, "without IMAP_USER"),
)


def test_the_doctor_looks_at_the_addresses(app: Flask) -> None:
    for values, problem in PROBLEMS:
        with setting(app, **values):
            found = " ".join(doctor.checks()["answers by mail"].problems())
        assert problem in found if problem else found == ""
