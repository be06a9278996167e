"""How much of everything. Sizes are constants; rates are counted in the database, so that all processes share them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .columns import Base, UTCDateTime
from .errors import TooMany
from .extensions import Question, db, insert, writing

# Sizes, in characters unless the name says otherwise.
TITLE_MAX = 200
TITLE_MIN = 8
BODY_MAX = 32_000
BODY_MAX_BYTES = 64_000
NAME_MAX = 40
TAG_MAX = 30
TEXT_MAX = 2_000
ADDRESS_MAX = 254
PASSWORD_MIN = 8
PASSWORD_MAX = 256
TAGS_PER_THREAD = 5
SEARCH_MAX = 200
SEARCH_TERMS = 12
PAGE_ROWS = 20
LIST_ROWS = 30
OFFSET_MAX = 1_000
MENTIONS_MAX = 20

# Tokens and sessions.
RESET_VALID = timedelta(minutes=60)
VERIFY_VALID = timedelta(days=7)
ADDRESS_CHANGE_VALID = timedelta(hours=24)
RATE_VALID = timedelta(days=30)
SESSION_IDLE = timedelta(days=14)
SESSION_ABSOLUTE = timedelta(days=90)
STAFF_SESSION_IDLE = timedelta(hours=12)
STAFF_SESSION_ABSOLUTE = timedelta(days=7)


@dataclass(frozen=True)
class Rate:
    """At most `count` acts in any window of `seconds` (counted in fixed windows, the last one weighed in)."""

    count: int
    seconds: int


RATES: dict[str, Rate] = {
    "login-account": Rate(5, 15 * 60),
    "login-network": Rate(20, 15 * 60),
    "reset-account": Rate(5, 15 * 60),
    "reset-network": Rate(20, 15 * 60),
    "register-network": Rate(20, 15 * 60),
    "post": Rate(5, 60),
    "post-new-account": Rate(3, 10 * 60),
    "post-staff": Rate(60, 60),
    "vote": Rate(60, 60),
    "rate": Rate(30, 60),
    "rate-network": Rate(60, 60),
    "search": Rate(30, 60),
    "similar": Rate(240, 60),
    "widget": Rate(60, 60),
    "sitemap": Rate(30, 60),
    "picture": Rate(30, 60),
    "mail": Rate(5, 3600),
    "preview": Rate(60, 60),
    "rename": Rate(10, 3600),
    "draft": Rate(60, 60),
    "draft-new": Rate(30, 3600),
    "detail": Rate(60, 3600),
    "detail-reading": Rate(120, 3600),
    "flag": Rate(20, 3600),
    "appeal": Rate(5, 3600),
    "notice-network": Rate(10, 3600),
    "park": Rate(20, 15 * 60),
    "hook": Rate(600, 60),
    "upload": Rate(100 * 1024, 24 * 3600),  # kilobytes
    "inspect": Rate(60, 10 * 60),
}


class Spent(Base):
    """How often something was done by somebody in one window of time."""

    __tablename__ = "rate_windows"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def spend(rate: str, who: str | int, amount: int = 1) -> None:
    """Count one act of kind `rate` (or an `amount`, of kilobytes say) by `who` (a person's id, a network).

    Raises `TooMany` when the limit is reached. Sliding window from two fixed ones: the last window counts by the share
    of it that still overlaps.
    Stored at once in a transaction of its own, so that an act that fails afterwards counts as well; inside `writing()`
    with the act itself: ask `refuse_if_spent` first, where the act is preceded by work that costs something.
    """
    allowed, key, window, into = _now(rate, who)
    with writing():
        before = db.session.scalar(select(Spent.count).where(Spent.key == key, Spent.window == window - 1)) or 0
        now_spent = db.session.scalar(
            insert(Spent)
            .values(
                key=key, window=window, count=amount, expires_at=clock.now() + timedelta(seconds=2 * allowed.seconds)
            )
            .on_conflict_do_update(index_elements=[Spent.key, Spent.window], set_={"count": Spent.count + amount})
            .returning(Spent.count)
        )
        assert now_spent is not None
        _refuse(allowed, before, now_spent - amount, into)  # and the act is not counted


_SPENT = Question(
    select(Spent.window, Spent.count).where(
        Spent.key == bindparam("key", type_=String), Spent.window >= bindparam("since", type_=Integer)
    )
)


def refuse_if_spent(rate: str, who: str | int) -> None:
    """Raise `TooMany` if one more act would be refused now. Counts nothing."""
    allowed, key, window, into = _now(rate, who)
    spent: dict[int, int] = dict(_SPENT(key=key, since=window - 1))
    _refuse(allowed, spent.get(window - 1, 0), spent.get(window, 0), into)


def _now(rate: str, who: str | int) -> tuple[Rate, str, int, int]:
    """The rate, its key for somebody, the present window's number, and the seconds since that began."""
    allowed = RATES[rate]
    return allowed, f"{rate}:{who}"[:120], *divmod(int(clock.now().timestamp()), allowed.seconds)


def _refuse(allowed: Rate, before: int, spent: int, into: int) -> None:
    if spent + before * (1 - into / allowed.seconds) >= allowed.count:
        raise TooMany(allowed.seconds - into)


_here: dict[tuple[str, int], int] = {}
_HERE_MOST = 20_000


def forget_here() -> None:
    """Forget what was spent in this process."""
    _here.clear()


def spend_here(rate: str, who: str | int) -> None:
    """Count one act of a reader (a search, say) in this process alone: looking must not write. Raises `TooMany`.

    With several processes a reader gets a little more than the limit says.
    """
    allowed = RATES[rate]
    window, into = divmod(int(clock.now().timestamp()), allowed.seconds)
    key = (f"{rate}:{who}", window)
    if len(_here) >= _HERE_MOST:
        _here.clear()
    _here[key] = _here.get(key, 0) + 1
    if _here[key] > allowed.count:
        raise TooMany(allowed.seconds - into)


def sweep() -> None:
    """Forget windows that no longer count."""
    with writing():
        db.session.execute(delete(Spent).where(Spent.expires_at < clock.now()))
