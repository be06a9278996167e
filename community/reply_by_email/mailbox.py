"""Answers are fetched from a mailbox by IMAP, once a minute, when IMAP_HOST is set.

Only mails to our signed addresses are looked for, so people may read everything else in the same mailbox. A mail is marked as
seen once it was taken, or refused for good. What could not be taken just now stays as it is, comes again, and holds up no other.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from ..core import jobs
from ..core.extensions import db
from .addresses import are_taken
from .reading import SIZE_MAX
from .receiving import receive

log = logging.getLogger("theke.mail")
JOB = "reply_by_email.fetch"
MOST_AT_ONCE = 100
PATIENCE = 20  # seconds
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@jobs.handler(JOB, slow=True)
def fetch() -> int:
    """Take in what has come; how many mails. A mailbox that is away is asked again a minute later."""
    if not (current_app.config["IMAP_HOST"] and are_taken()):
        return 0
    try:
        with _mailbox() as box:
            return sum(_taken(box, number) for number in _waiting(box)[:MOST_AT_ONCE])
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("the mailbox at %s cannot be read: %s", current_app.config["IMAP_HOST"], error)
        return 0


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    config = current_app.config
    secure = ssl.create_default_context() if config["IMAP_TLS"] != "none" else None
    if config["IMAP_TLS"] == "tls":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            config["IMAP_HOST"], config["IMAP_PORT"], ssl_context=secure, timeout=PATIENCE
        )
    else:
        box = imaplib.IMAP4(config["IMAP_HOST"], config["IMAP_PORT"], timeout=PATIENCE)
    with box:
        if config["IMAP_TLS"] == "starttls":
            box.starttls(ssl_context=secure)
        box.login(config["IMAP_USER"], config["IMAP_PASSWORD"])
        box.select("INBOX")
        yield box


def _waiting(box: imaplib.IMAP4) -> list[str]:
    """The numbers of mails that nobody has seen and that were sent to a signed address, the oldest first."""
    local = current_app.config["MAIL_IN_ADDRESS"].rpartition("@")[0]
    _status, found = box.uid("SEARCH", "UNSEEN", "OR", "TO", f'"{local}+r."', "TO", f'"{local}+p."')
    return b" ".join(one for one in found if isinstance(one, bytes)).decode("ascii").split()


def _taken(box: imaplib.IMAP4, number: str) -> bool:
    """Take one in. Fails for no reason of its own but a mailbox that is away."""
    try:
        message, is_cut = _message(box, number)
        if message is None:
            return False
        receive(message, is_cut=is_cut)
    except (OSError, imaplib.IMAP4.error):
        raise
    except Exception:
        db.session.rollback()
        log.exception("mail %s of the mailbox could not be taken; it stays unseen and comes again", number)
        return False
    box.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
    return True


def _message(box: imaplib.IMAP4, number: str) -> tuple[bytes | None, bool]:
    """The bytes of a mail, without marking it; of one that is too large the head alone."""
    _status, said = box.uid("FETCH", number, "(RFC822.SIZE)")
    sizes = [int(match[1]) for one in said if (match := _SIZE.search(one if isinstance(one, bytes) else b""))]
    is_cut = bool(sizes) and sizes[0] > SIZE_MAX
    _status, parts = box.uid("FETCH", number, "(BODY.PEEK[HEADER])" if is_cut else "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), None), is_cut
