"""flask mail receive: what a mail server gives a mail to."""

from __future__ import annotations

import logging
import sys
from typing import BinaryIO

import click

from .outcomes import Outcome
from .reading import SIZE_MAX
from .receiving import receive

log = logging.getLogger("theke.mail")
#: What mail servers understand (sysexits.h): nobody of this name; try again later.
NO_SUCH_PERSON = 67
TRY_AGAIN = 75
_DRAINED_AT_ONCE = 65_536

group = click.Group("mail", help="Take in answers by mail.")


@group.command("receive")
@click.option("--to", "sent_to", default="", help="The recipient, as the mail server knows it.")
def receive_command(sent_to: str) -> None:
    """Read one mail on standard input: an answer to a mail of this site.

    Ends with 0 if it was taken or refused for good, with 75 if it is to be tried again, and with 67 if it was sent to no
    address of ours, so that the mail server tells its sender.
    """
    try:
        outcome = receive(_read(sys.stdin.buffer), sent_to)
    except Exception:
        log.exception("a mail could not be taken in; the mail server is to try again")
        raise SystemExit(TRY_AGAIN) from None
    raise SystemExit(NO_SUCH_PERSON if outcome is Outcome.NOT_OURS else 0)


def _read(stream: BinaryIO) -> bytes:
    """The mail, as far as it is read; the rest is taken from the mail server and forgotten."""
    message = stream.read(SIZE_MAX + 1)
    while stream.read(_DRAINED_AT_ONCE):
        pass
    return message
