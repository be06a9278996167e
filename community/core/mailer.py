"""Mails leave through the job queue: written with the change that caused them, sent once, retried for two days.

`written(name, ...)` renders the three small templates of `templates/mail/<name>/`, `post` stores a Mail row with a unique key, so
the same fact never mails the same person twice. The job takes the row before the server is spoken to and marks it
after; what dies between the two is sent again with the same Message-ID, so the reader's program folds the two.
A *guard* is asked again at the moment of sending: what a person may no longer see is not sent.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template
from markupsafe import escape
from sqlalchemy import ColumnElement, ForeignKey, String, Text, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, jobs
from .columns import Base, Id, UTCDateTime, Word
from .extensions import db, insert, writing
from .i18n import force_locale, say_plainly

log = logging.getLogger("theke.mail")
JOB = "mail.send"
GIVEN_UP_AFTER = timedelta(days=7)


class Mail(Base):
    """One mail to one person. After delivery its texts are blanked, except in development."""

    __tablename__ = "mails"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[Word]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    guard: Mapped[Word | None]
    guard_arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withheld_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a doubled delivery is recognised."""
        host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
        return f"<mail-{self.id}-{self.key[:40].replace(' ', '')}@{host}>".replace(":", ".")


Guard = Callable[..., bool]
_guards: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Decorator: this function says, at the moment of sending, whether the mail may still go."""

    def register(function: Guard) -> Guard:
        _guards[name] = function
        return function

    return register


@dataclass(frozen=True)
class Letter:
    """A mail that is written and not yet stored."""

    key: str
    name: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    person_id: int | None = None
    guard: str | None = None
    guard_arguments: dict[str, Any] = field(default_factory=dict)


def written(
    name: str,
    address: str,
    language: str,
    key: str,
    *,
    person_id: int | None = None,
    guard: str | None = None,
    guard_arguments: dict[str, Any] | None = None,
    **context: Any,
) -> Letter:
    """The mail `name` to `address` in `language`.

    `context` goes to the templates, with `base_url`, `site_name` and `language`.
    """
    subject, text, html = _render(name, language, context)
    return Letter(key, name, address, language, subject, text, html, person_id, guard, guard_arguments or {})


def post(letters: Sequence[Letter]) -> list[int]:
    """Store these mails to be sent, but for those whose key was used before; returns the ids of the new ones.

    Call it inside `writing()`.
    """
    if not letters:
        return []
    rows = [vars(letter) | {"created_at": clock.now()} for letter in letters]
    new = db.session.scalars(insert(Mail).values(rows).on_conflict_do_nothing().returning(Mail.id)).all()
    jobs.enqueue_all(JOB, [{"mail_id": mail_id} for mail_id in new])
    return list(new)


def queue(name: str, address: str, language: str, key: str, **options: Any) -> int | None:
    """Write and store one mail, as `written` and `post` do. Returns its id, or None if one of this `key` was written before."""
    if db.session.scalar(select(Mail.id).where(Mail.key == key)):
        return None
    return next(iter(post([written(name, address, language, key, **options)])), None)


def _render(name: str, language: str, context: dict[str, Any]) -> tuple[str, str, str]:
    shared = {
        "base_url": current_app.config["BASE_URL"],
        "site_name": current_app.config["SITE_NAME"],
        "language": language,
    }
    with force_locale(language):
        subject, text = (
            render_template(f"mail/{name}/{part}", _=say_plainly, **shared, **context)
            for part in ("subject.txt", "body.txt")
        )
        html = render_template(f"mail/{name}/body.html", **shared, **context)
    return " ".join(subject.split())[:300], text.strip() + "\n", html


@jobs.handler(JOB, batch=True, slow=True)
def send(asked: list[dict[str, int]]) -> dict[int, BaseException]:
    """Send these mails over one connection, but for those that were sent or are no longer allowed.

    Returns the errors of mails that the server refused. Raises OSError if there is no server: all that were not sent come back.
    """
    ids = [one["mail_id"] for one in asked]
    waiting = select(Mail).where(Mail.id.in_(ids), Mail.sent_at.is_(None), Mail.withheld_at.is_(None))
    mails = {mail.id: mail for mail in db.session.scalars(waiting)}
    withheld = {mail.id for mail in mails.values() if mail.guard and not _guards[mail.guard](**mail.guard_arguments)}
    messages = {mail.id: as_message(mail) for mail in mails.values() if mail.id not in withheld}
    with writing():
        _note(withheld, withheld_at=clock.now(), text="", html="")
        _note(messages, begun_at=clock.now())
    refused = _deliver(messages) if messages else {}
    return {ids.index(mail_id): error for mail_id, error in refused.items()}


def _holds(*words: str) -> ColumnElement[bool]:
    """Does one of these stand in a mail's subject or text?"""
    conditions = [
        column.contains(said, autoescape=True)
        for word in words
        for column, said in ((Mail.subject, word), (Mail.text, word), (Mail.html, str(escape(word))))
    ]
    return or_(*conditions)


def redact(secret: str, mark: str) -> None:
    """Put `mark` in place of `secret` in every mail that is kept, sent or not. What was delivered cannot be called back."""
    in_html = str(escape(secret))
    for mail in db.session.scalars(select(Mail).where(_holds(secret))):
        mail.subject, mail.text = mail.subject.replace(secret, mark), mail.text.replace(secret, mark)
        mail.html = mail.html.replace(in_html, mark)


def forget(person_id: int, address: str | None, names: Sequence[str]) -> None:
    """Of this person's mails only the time stays; what was not sent is not sent. Others' mails that name
    them keep no text either, as far as they have left."""
    theirs = Mail.person_id == person_id
    if address:
        theirs = or_(theirs, func.lower(Mail.address) == address.lower())
    _blank(and_(theirs, Mail.sent_at.is_(None), Mail.withheld_at.is_(None)), withheld_at=clock.now())
    _blank(theirs)
    over = or_(Mail.sent_at.is_not(None), Mail.withheld_at.is_not(None))
    _blank(and_(over, _holds(*names)), only_text=True)


def forget_delivered(name: str) -> None:
    """The address of mails of this name that have left goes too, as with those that could not be delivered for a week."""
    with writing():
        given_up = Mail.created_at < clock.now() - GIVEN_UP_AFTER
        _blank(and_(Mail.name == name, Mail.address != "", or_(Mail.sent_at.is_not(None), given_up)))


def _blank(which: ColumnElement[bool], *, only_text: bool = False, **more: Any) -> None:
    texts: dict[str, Any] = {"subject": "", "text": "", "html": ""} | more
    rest: dict[str, Any] = {} if only_text else {"address": "", "guard_arguments": {}}
    db.session.execute(update(Mail).where(which).values(**texts, **rest).execution_options(synchronize_session=False))


def _note(mail_ids: Iterable[int], **values: Any) -> None:
    db.session.execute(
        update(Mail).where(Mail.id.in_(list(mail_ids))).values(**values).execution_options(synchronize_session=False)
    )


def _deliver(messages: dict[int, EmailMessage]) -> dict[int, BaseException]:
    blanked = {} if current_app.config["DEVELOPMENT"] else {"text": "", "html": ""}
    refused: dict[int, BaseException] = {}
    with _post_office() as take:
        for mail_id, message in messages.items():
            try:
                take(message)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                refused[mail_id] = error
                continue
            with writing():
                _note([mail_id], sent_at=clock.now(), **blanked)
    return refused


def as_message(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire."""
    message = EmailMessage()
    message["Subject"] = _one_line(mail.subject)
    message["From"] = Address(_one_line(current_app.config["SITE_NAME"]), addr_spec=current_app.config["MAIL_FROM"])
    message["To"] = mail.address
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.language  # last: making it an alternative moves such headers into the first part
    return message


def _one_line(text: str) -> str:
    """For the head of a mail: nothing that ends a line, and nothing that would be read as an encoded word."""
    return "".join(char for char in text if char.isprintable()).replace("=?", "= ?")


@contextmanager
def _post_office() -> Iterator[Callable[[EmailMessage], Any]]:
    """What takes messages: a connection to the mail server. Raises OSError (of which SMTPException is one)."""
    config = current_app.config
    if not config["SMTP_HOST"]:
        yield lambda message: log.info("mail kept for /dev/mail: %s", message["Subject"])
        return
    secure = (
        ssl.create_default_context() if config["SMTP_TLS"] != "none" else None
    )  # reading all authorities takes a while
    place, patience = (config["SMTP_HOST"], config["SMTP_PORT"]), 20
    if config["SMTP_TLS"] == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=patience, context=secure)
    else:
        server = smtplib.SMTP(*place, timeout=patience)
    with server:
        if config["SMTP_TLS"] == "starttls":
            server.starttls(context=secure)
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        yield server.send_message


def init_app(app: Flask) -> None:
    """Nothing to do yet but to be named: importing this module registers the job."""
