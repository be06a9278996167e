"""The promise on the front page: how soon half of all questions get a first answer. Never better than the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from ..core import clock

WINDOW = timedelta(days=90)
ANSWERED_MIN = 5
KEPT_FOR = timedelta(minutes=10)


def median_wait(answered: Sequence[timedelta], unanswered: Sequence[timedelta]) -> timedelta | None:
    """How long it takes until half of all questions have an answer. None: fewer than five have one, or not yet half.

    A question that is still open counts as one that waits at least as long as it has waited by now: the estimate of
    Kaplan and Meier (Nonparametric estimation from incomplete observations, 1958).
    """
    if len(answered) < ANSWERED_MIN:
        return None
    waits = sorted([(wait, False) for wait in answered] + [(wait, True) for wait in unanswered])
    still_open = 1.0
    for place, (wait, is_unanswered) in enumerate(waits):
        if is_unanswered:
            continue
        still_open *= 1 - 1 / (len(waits) - place)
        if still_open <= 0.5 + 1e-9:
            return wait
    return None


def wait_in_words(wait: timedelta) -> str:
    """'1 h 50 min', '40 minutes', '3 days': rounded up, to ten minutes or, from two days on, to days."""
    tens = -(-wait // timedelta(minutes=10))
    hours, minutes = divmod(max(tens, 1) * 10, 60)
    if hours >= 48:
        text = ngettext("%(num)s day", "%(num)s days", -(-wait // timedelta(days=1)))
    elif hours and minutes:
        text = _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    elif hours:
        text = ngettext("%(num)s hour", "%(num)s hours", hours)
    else:
        text = _("%(minutes)s minutes", minutes=minutes)
    return str(text)


class Promise:
    """The figure, worked out anew when it is older than ten minutes."""

    def __init__(self, work_out: Callable[[], timedelta | None]) -> None:
        self._work_out = work_out
        self._figure: timedelta | None = None
        self._at: datetime | None = None

    def figure(self) -> timedelta | None:
        """The median wait, at most ten minutes old."""
        moment = clock.now()
        if self._at is None or not timedelta(0) <= moment - self._at < KEPT_FOR:
            self._figure, self._at = self._work_out(), moment
        return self._figure
