"""Mails against a real mail server on this machine: sent once, retried, withheld, and harmless whatever a name holds."""

from __future__ import annotations

import email
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default as policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from community.core import clock, jobs, mailer
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.core.mailer import Mail
from community.threads import moderating
from community.threads.models import Post
from tests.making import Cast, Make
from tests.working import work


class MailServer:
    """Keeps what it is given; refuses what it is told to refuse."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refuses: set[str] = set()
        self.is_out_of_order = False
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_out_of_order:
            return "451 try again later"
        message = email.message_from_bytes(envelope.content, policy=policy)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler = MailServer(free.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def site(app: Flask, server: MailServer) -> Flask:
    """A site that mails through the server, as in production."""
    app.config.update(
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=server.port,
        SMTP_TLS="none",
        MAIL_FROM="community@example.org",
        BASE_URL="https://community.example.org",
        DEVELOPMENT=False,
    )
    return app


def write(
    address: str = "alice@example.org", key: str = "one", name: str = "alice", language: str = "en"
) -> Mail | None:
    with writing():
        return mailer.queue(
            "reset", address, language, key, user_name=name, link="https://community.example.org/reset/x"
        )


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_a_mail_leaves_once_and_its_text_is_blanked(site: Flask, server: MailServer) -> None:
    write()
    work()
    work()
    assert len(server.received) == 1
    (mail,) = mails()
    assert mail.sent_at == clock.now()
    assert (mail.text, mail.html) == ("", "")


def test_in_development_the_text_stays_to_be_read(site: Flask, server: MailServer) -> None:
    site.config["DEVELOPMENT"] = True
    write()
    work()
    assert "reset/x" in mails()[0].text


def test_it_is_a_letter_in_two_forms_with_the_site_as_sender(site: Flask, server: MailServer) -> None:
    write(language="de")
    work()
    (message,) = server.received
    assert message["From"].addresses[0].addr_spec == "community@example.org"
    assert message["To"] == "alice@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert server.recipients == [["alice@example.org"]]


def test_the_same_fact_never_mails_twice(site: Flask, server: MailServer) -> None:
    assert write(key="the-same") is not None
    assert write(key="the-same") is None
    work()
    assert len(server.received) == 1


def test_what_died_between_sending_and_noting_goes_again_under_the_same_message_id(
    site: Flask, server: MailServer
) -> None:
    write()
    (mail,) = mails()
    mail_id, html, text = mail.id, mail.html, mail.text
    work()
    with writing():  # as if the worker had died before it could note the delivery
        mail = db.session.get_one(Mail, mail_id)
        mail.sent_at, mail.text, mail.html = None, text, html
        jobs.enqueue(mailer.JOB, mail_id=mail_id)
    work()
    first, second = (message["Message-ID"] for message in server.received)
    assert first == second
    assert first.endswith("@community.example.org>")


def test_a_server_that_is_away_is_tried_again(site: Flask, server: MailServer) -> None:
    server.is_out_of_order = True
    write()
    work()
    (job,) = db.session.scalars(select(Job)).all()
    assert job.run_at > clock.now()
    assert "451" in (job.last_error or "")
    assert mails()[0].sent_at is None
    server.is_out_of_order = False
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        work()
    assert len(server.received) == 1


def test_no_server_at_all_loses_nothing(site: Flask, server: MailServer) -> None:
    site.config["SMTP_PORT"] = 1  # nobody listens there
    write()
    work()
    assert mails()[0].sent_at is None
    assert "ConnectionRefusedError" in (db.session.scalars(select(Job.last_error)).one() or "")


def test_one_bad_address_does_not_keep_others_from_their_mail(site: Flask, server: MailServer) -> None:
    server.refuses.add("gone@example.org")
    for number, address in enumerate(["gone@example.org", "alice@example.org", "bob@example.org"]):
        write(address, key=str(number))
    work()
    assert server.recipients == [["alice@example.org"], ["bob@example.org"]]


def test_a_mail_about_a_post_that_was_hidden_meanwhile_is_withheld(
    site: Flask, server: MailServer, make: Make, cast: Cast
) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.bob, "My number is 4711.")
    server.is_out_of_order = True
    work()
    (mail,) = mails()
    assert "4711" in mail.text
    with writing():
        moderating.hide_post(db.session.get_one(Post, reply.id), by=cast.dora, reason="Shows a number.")
    server.is_out_of_order = False
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        work()
    assert [message["To"] for message in server.received] == ["bob@example.org"]  # who is told why
    withheld = next(mail for mail in mails() if mail.address == "alice@example.org")
    assert withheld.withheld_at is not None
    assert withheld.sent_at is None
    assert "4711" not in withheld.text + withheld.html


@pytest.mark.parametrize(
    "name",
    ["Eve\r\nBcc: all@example.org", "Eve\nSubject: x", "Eve\u2028Bcc: y", "Eve\x0bTo: z", "<b>Eve</b> & Söhne", "Eve\x00", "=?utf-8?q?=0D=0ABcc?="],
)  # fmt: skip
def test_no_name_can_add_a_line_to_the_head(site: Flask, server: MailServer, make: Make, cast: Cast, name: str) -> None:
    if "\0" in name and db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL stores no NUL")
    thread = make.thread(by=cast.alice)
    with writing():
        cast.bob.display_name = name
    site.config["SITE_NAME"] = f"Our {name}"
    make.reply(thread, cast.bob)
    work()
    (message,) = server.received
    assert server.recipients == [["alice@example.org"]]
    assert message["Bcc"] is None
    assert len(message.get_all("To")) == len(message.get_all("Subject")) == 1
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<b>Eve</b>" not in html


@pytest.mark.parametrize("head", ["Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded"])
def test_a_mails_links_start_with_the_sites_own_address_whatever_the_request_says(
    site: Flask, server: MailServer, cast: Cast, head: str
) -> None:
    evil = "host=evil.example" if head == "Forwarded" else "evil.example"
    answer = site.test_client().post("/reset", data={"email": "alice@example.org"}, headers={head: evil})
    assert answer.status_code == 303
    work()
    (message,) = server.received
    assert "evil.example" not in message.as_string()
    body = message.get_body(("plain",))
    assert body is not None
    assert "https://community.example.org/reset/" in body.get_content()


def test_a_title_that_looks_like_an_encoded_head_stays_text(
    site: Flask, server: MailServer, make: Make, cast: Cast
) -> None:
    thread = make.thread(by=cast.alice, title="=?utf-8?q?Hello=0D=0ABcc:_all=40example.org?= is in my log")
    make.reply(thread, cast.bob)
    work()
    (message,) = server.received
    assert message["Bcc"] is None
    assert "all=40example.org" in str(message["Subject"])


def test_many_mails_go_over_one_connection(site: Flask, server: MailServer) -> None:
    for number in range(5):
        write(f"reader-{number}@example.org", key=str(number))
    work()
    assert len(server.received) == 5
    assert server.connections == 1


def test_a_server_that_is_away_is_asked_once_for_all(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    site.config["SMTP_PORT"] = 1
    for number in range(5):
        write(f"reader-{number}@example.org", key=str(number))
    work()
    refusals = [record for record in caplog.records if "mail.send" in record.getMessage()]
    assert len(refusals) == 1
    assert db.session.scalars(select(Job.attempts)).all() == [1] * 5
