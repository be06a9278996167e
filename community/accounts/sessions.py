"""Who is logged in is a row, so that it can be ended: by its owner, by a password change, by staff.

The signed cookie holds a random secret; the row holds its hash, its person and its two limits (idle and absolute).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from flask import Flask, request, session
from flask_login import current_user, login_user, logout_user
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError

from ..core import clock, limits
from ..core.errors import Busy
from ..core.extensions import db, login_manager, rows_changed, writing
from ..core.security import client_network, hash_token, new_token
from .models import Person, Session

#: A word in the browser's own description and what readers call it; the first that fits counts.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
SEEN_EVERY = timedelta(minutes=10)
KEPT_ACROSS_LOGIN = ("parked", "drafts")  # what a signed-out browser wrote is its own, and stays

_at_login: dict[Callable[[Person], None], None] = {}


def on_login(function: Callable[[Person], None]) -> Callable[[Person], None]:
    """Call `function(person)` at every login, in its transaction (to claim what the browser wrote signed out). Idempotent."""
    _at_login[function] = None
    return function


def log_in(person: Person) -> Session:
    """Begin a session for `person` in this browser, with a new secret; one that this browser had before ends.

    Call it inside `writing()`.
    """
    _forget_this_browser()
    token = new_token()
    moment = clock.now()
    row = Session(
        token_hash=hash_token(token),
        person_id=person.id,
        created_at=moment,
        seen_at=moment,
        expires_at=moment + (limits.STAFF_SESSION_ABSOLUTE if person.is_staff else limits.SESSION_ABSOLUTE),
        browser=(request.user_agent.string or "")[:200],
        network=client_network(),
    )
    db.session.add(row)
    db.session.flush()
    kept = {key: session[key] for key in KEPT_ACROSS_LOGIN if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    person.session_token = token
    login_user(person)
    for function in _at_login:
        function(person)
    return row


def log_out() -> None:
    """End this browser's session. Call it inside `writing()`."""
    _forget_this_browser()
    logout_user()
    session.clear()


def _forget_this_browser() -> None:
    token = session.get("_user_id")
    if token:
        db.session.execute(delete(Session).where(Session.token_hash == hash_token(token)))


#: Asked on every page, so it is built once.
_SESSION = select(Session).where(Session.token_hash == bindparam("token_hash"))


@login_manager.user_loader
def load_person(token: str) -> Person | None:
    """The person of a living session, or None. Ends nothing by itself; dead rows are swept by a job."""
    row = db.session.scalar(_SESSION, {"token_hash": hash_token(token)})
    if row is None or not is_alive(row) or not row.person.is_active:
        return None
    row.person.session_token, row.person.session_seen_at = token, row.seen_at
    return row.person


def is_alive(row: Session) -> bool:
    """Neither idle for too long nor older than it may be."""
    idle = limits.STAFF_SESSION_IDLE if row.person.is_staff else limits.SESSION_IDLE
    return row.expires_at > clock.now() and row.seen_at + idle > clock.now()


def note_seen(person: Person) -> None:
    """Note that the session `person` came with is in use, at most every ten minutes.

    The one thing that a GET writes (docs/decisions). If it cannot be written just now, the page is shown all the same.
    """
    if clock.now() - person.session_seen_at < SEEN_EVERY:
        return
    with suppress(Busy, DBAPIError), writing():
        mine = Session.token_hash == hash_token(person.session_token)
        db.session.execute(update(Session).where(mine).values(seen_at=clock.now()))


def sessions_of(person: Person) -> list[Session]:
    """The person's living sessions, the one used last first."""
    rows = db.session.scalars(select(Session).where(Session.person_id == person.id).order_by(Session.seen_at.desc()))
    return [row for row in rows if is_alive(row)]


def is_this_browser(row: Session) -> bool:
    """Is it the session of the present request?"""
    return row.token_hash == hash_token(session.get("_user_id", ""))


def end_sessions(person: Person, *, but_this: bool = False) -> int:
    """End all sessions of `person` (or all but the present one); returns how many."""
    condition = Session.person_id == person.id
    if but_this:
        condition = condition & (Session.token_hash != hash_token(session.get("_user_id", "")))
    return rows_changed(delete(Session).where(condition))


def end_session(person: Person, session_id: int) -> bool:
    """End one session of `person`; False if there is none of that id."""
    return bool(rows_changed(delete(Session).where(Session.id == session_id, Session.person_id == person.id)))


def browser_name(description: str) -> str:
    """'Firefox, Windows' from the description that a browser sends; '?' for what is unknown."""
    parts = [next((name for word, name in table if word in description), None) for table in (_BROWSERS, _DEVICES)]
    return ", ".join(part for part in parts if part) or "?"


def sweep() -> None:
    """Delete sessions that are over."""
    with writing():
        db.session.execute(
            delete(Session).where(
                (Session.expires_at < clock.now()) | (Session.seen_at < clock.now() - limits.SESSION_IDLE)
            )
        )


def init_app(app: Flask) -> None:
    """Flask-Login reads our sessions; each answered request notes that its session is in use."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # the secret is enough; a phone changes its network all day

    @app.before_request
    def _seen() -> None:
        if request.method != "GET" or "_user_id" not in session or request.endpoint == "asset":
            return
        if current_user.is_authenticated:
            note_seen(current_user)
