"""The reasons for which a post can be flagged: a fixed list, each explained in one sentence.

`told` is what the author could be told if the flag is upheld; staff see it in their form and write what fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Reason:
    """One reason. `key` is stored; the texts are lazy."""

    key: str
    label: Any
    explained: Any
    told: Any = ""


OTHER = "other"
REASONS = {
    reason.key: reason
    for reason in (
        Reason(
            "spam",
            _l("Spam or advertising"),
            _l("It wants to sell something, or leads to sites that have nothing to do with the issue."),
            _l("It is advertising."),
        ),
        Reason(
            "insulting",
            _l("Insulting"),
            _l("It attacks or belittles somebody."),
            _l("It insults somebody."),
        ),
        Reason(
            "personal",
            _l("Personal data"),
            _l("Everyone can read a name, an address, a customer number or the like in it."),
            _l("It shows personal data."),
        ),
        Reason(
            "misplaced",
            _l("Not about this"),
            _l("It has nothing to do with this thread, or stands in the wrong place."),
            _l("It has nothing to do with this thread."),
        ),
        Reason(
            "wrong",
            _l("Wrong or dangerous advice"),
            _l("Whoever follows it could do damage or lose time."),
            _l("The advice in it is wrong or dangerous."),
        ),
        Reason(OTHER, _l("Something else"), _l("Say below in a few words what it is.")),
    )
}
