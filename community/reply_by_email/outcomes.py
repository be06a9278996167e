"""What becomes of a mail that comes in, and what its sender is told of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from ..core import limits


class Outcome(StrEnum):
    """What became of a mail."""

    POSTED = "posted"
    HELD = "held"
    KEPT_PRIVATE = "kept_private"
    REPEATED = "repeated"
    MACHINE = "machine"
    BOUNCE = "bounce"
    NOT_OURS = "not_ours"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    OVER = "over"
    WRONG_SENDER = "wrong_sender"
    UNPROVEN = "unproven"
    STAFF = "staff"
    GONE = "gone"
    CLOSED = "closed"
    BARRED = "barred"
    TOO_MANY = "too_many"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    REFUSED = "refused"


#: Why an answer was not taken, where the reason is always the same.
WHY: dict[Outcome, Any] = {
    Outcome.UNREADABLE: _l("We could not read it: it has more parts than a mail needs. Send the text alone."),
    Outcome.TOO_LARGE: _l("It is larger than 10 MB. Send the text alone; attachments do not come in by mail."),
    Outcome.OVER: _l("The mail that you answered is older than 30 days, and so long only it can be answered."),
    Outcome.WRONG_SENDER: _l(
        "It came from another mail address than the one of your account. Answer from the address of your account."
    ),
    Outcome.UNPROVEN: _l(
        "We could not make sure that it came from you: your mail provider does not confirm the sender."
    ),
    Outcome.STAFF: _l("Staff answer at the desk, not by mail, so that nothing meant for colleagues becomes public."),
    Outcome.GONE: _l("What you answered cannot be read any more."),
    Outcome.CLOSED: _l("This thread takes no more replies. If your issue is still there, ask anew."),
    Outcome.TOO_MANY: _l("You wrote several times within a few minutes. Wait a little, and send it again."),
    Outcome.EMPTY: _l("We found no text of yours in it, neither above nor below what it quotes."),
    Outcome.TOO_LONG: _l("This text is too long. At most %(count)s characters fit.", count=limits.BODY_MAX),
}


class NotTaken(Exception):
    """An answer that is not taken, for a reason that its sender should know (`why`, in their language)."""

    def __init__(self, outcome: Outcome, why: Any = None) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.why = str(why or WHY[outcome])
