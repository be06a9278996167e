"""What a machine wrote is dropped: bounces, vacation notices, lists, our own mails. No two programs answer each other for ever.

Nobody is told, because only a program would read it. Pure.
"""

from __future__ import annotations

import re

from ..core import mailer
from .outcomes import Outcome
from .reading import Incoming, subject_of

_BULK = {"bulk", "junk", "list", "auto_reply"}
_BY_MACHINES = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe", "X-Loop")
_POSTMEN = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_AWAY = re.compile(
    r"\s*(?:Automatische Antwort|Automatic reply|Abwesenheitsnotiz|Out of Office|Autoreply)\s*[:\]]", re.IGNORECASE
)
_OUR_MAILS = re.compile(r"<(?:mail|thread)-[^<>@]{1,80}@([^<>@]+)>")


def of_a_machine(mail: Incoming) -> Outcome | None:
    """Why this mail is dropped; None if a person may have written it."""
    if _is_bounce(mail):
        return Outcome.BOUNCE
    return Outcome.MACHINE if _is_automatic(mail) or _is_ours(mail) else None


def _is_bounce(mail: Incoming) -> bool:
    is_report = mail.head.get_content_type() in ("multipart/report", "message/delivery-status")
    is_unanswerable = "Return-Path" in mail.head and mail.header("Return-Path").strip("<> ") == ""
    return is_report or is_unanswerable or any(_POSTMEN.match(address) for address in mail.senders())


def _is_automatic(mail: Incoming) -> bool:
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or mail.header("Precedence").strip().lower() in _BULK
        or any(name in mail.head for name in _BY_MACHINES)
        or _AWAY.match(subject_of(mail)) is not None
    )


def _is_ours(mail: Incoming) -> bool:
    """Did we write it ourselves, and somebody sent it back as it was?"""
    match = _OUR_MAILS.fullmatch(mail.header("Message-ID").strip())
    return match is not None and match[1].lower() == mailer.host().lower()
