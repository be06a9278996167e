"""How answers by mail hang in the app."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask, current_app

from ..core import doctor, mailer
from . import mailbox, models
from .addresses import LOCAL_PART_MAX, Purpose, address_for
from .cli import group

__all__ = ["init_app", "mailbox", "models"]

_NOBODY_READS = re.compile(r"no-?_?reply|donotreply|do-not-reply", re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Mails about threads say where they are answered; the command and the check of the doctor."""
    mailer.answers_come_to(app, _address)
    app.cli.add_command(group)
    doctor.add_check("answers by mail", _problems)


def _address(person_id: int, thread_id: int) -> str | None:
    return address_for(Purpose.PUBLIC, person_id, thread_id)


def _problems() -> Iterator[str]:
    config = current_app.config
    address = config["MAIL_IN_ADDRESS"]
    if _NOBODY_READS.search(config["MAIL_FROM"]):
        yield f"MAIL_FROM is {config['MAIL_FROM']}: every mail can be answered here, so somebody must read that address"
    if config["IMAP_HOST"] and not (config["IMAP_USER"] and config["IMAP_PASSWORD"]):
        yield "IMAP_HOST is set without IMAP_USER and IMAP_PASSWORD: no answers are fetched"
    if not address:
        return
    local, _at, domain = address.rpartition("@")
    if not local or not domain or "+" in local or not re.fullmatch(r"[\w.-]+", local, re.ASCII):
        yield f"MAIL_IN_ADDRESS is {address!r}: a plain address, as community@example.org, without a plus sign"
    elif len(local) > LOCAL_PART_MAX:
        yield f"MAIL_IN_ADDRESS has {len(local)} characters before the @; with what is added, {LOCAL_PART_MAX} fit"
    elif _NOBODY_READS.search(local):
        yield f"MAIL_IN_ADDRESS is {address}: nobody answers to such an address"
