"""The same form sent twice has one result: the second sending is answered with the first one's address.

A creating form carries a random key. Inside `writing()`, `claim()` writes the key before the work and `settle(url)`
notes where it led; both are stored with the work itself, so a crash leaves neither or both.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Flask, redirect, request
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .columns import Base, UTCDateTime
from .extensions import Question, db, insert, writing
from .security import hash_token
from .sharing import gives, own

FIELD = "idempotency_key"
KEPT_FOR = timedelta(days=2)


class IdempotencyKey(Base):
    """One form that was sent: whose, and where it led."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def field() -> Markup:
    """The hidden input, for templates: `{{ idempotency_field() }}`."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, own("new-key"))


def init_app(app: Flask) -> None:
    """`idempotency_field()` for templates; each page shown has a key of its own."""
    app.jinja_env.globals["idempotency_field"] = field
    gives(app, "new-key", lambda: secrets.token_urlsafe(16))


def _key() -> str | None:
    given = request.form.get(FIELD, "")
    if not 16 <= len(given) <= 64:
        return None
    whose = current_user.id if current_user.is_authenticated else "visitor"
    return hash_token(f"{whose}:{request.path}:{given}")


def claim() -> str | None:
    """None: the work is ours to do. An address: it was done, send the person there. Call it first inside `writing()`."""
    key = _key()
    if key is None:
        return None
    written = db.session.execute(
        insert(IdempotencyKey)
        .values(key=key, location="", created_at=clock.now())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).scalar()
    if written:
        return None
    return _settled(key) or "/"


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator for a route that creates: a form that led somewhere before leads there again, at once.

    So a second sending costs its writer no part of a limit, and us no rendering. `claim` still decides who comes first.
    """

    @wraps(view)
    def led_before_or_view(**arguments: Any) -> Any:
        key = _key()
        before = _LOCATION(key=key) if key is not None else []
        return redirect(before[0][0], 303) if before and before[0][0] else view(**arguments)

    return led_before_or_view


_LOCATION = Question(select(IdempotencyKey.location).where(IdempotencyKey.key == bindparam("key", type_=String)))


def _settled(key: str) -> str | None:
    return db.session.scalar(select(IdempotencyKey.location).where(IdempotencyKey.key == key)) or None


def settle(location: str) -> str:
    """Note where the claimed form led; returns `location`."""
    key = _key()
    if key is not None:
        db.session.execute(update(IdempotencyKey).where(IdempotencyKey.key == key).values(location=location[:500]))
    return location


def forget(part_of_address: str) -> None:
    """No key leads to such an address any more."""
    leads_there = IdempotencyKey.location.contains(part_of_address, autoescape=True)
    db.session.execute(delete(IdempotencyKey).where(leads_there).execution_options(synchronize_session=False))


def sweep() -> None:
    """Forget keys older than two days."""
    with writing():
        db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - KEPT_FOR))
