"""What somebody wrote is never lost: a form that arrived too late (session over, database busy) is parked and offered again.

A parked form belongs to the browser that sent it (its secret is in the signed cookie). It is shown after login with its
texts and can be sent with one press. Passwords and tokens are never parked. What is parked is encrypted with that secret, of
which the database holds a hash only: it may be private.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from flask import request, session
from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from . import clock, limits
from .columns import Base, Hash, UTCDateTime
from .extensions import db, writing
from .limits import BODY_MAX_BYTES
from .security import client_network, hash_token, new_token

KEPT_FOR = timedelta(hours=24)
NEVER = ("csrf_token", "password", "new_password", "current_password", "idempotency_key")
COOKIE_KEY = "parked"


class ParkedForm(Base):
    """One form, as it was sent, waiting for its writer."""

    __tablename__ = "parked_forms"

    secret_hash: Mapped[Hash] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


@dataclass(frozen=True)
class Kept:
    """The sent fields in order, and where they were going."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What a person wrote, as against hidden values and choices: the longer or spaced values."""
        return [value for _name, value in self.fields if len(value) > 20 or " " in value.strip()]


def sent_form() -> Kept | None:
    """The form of the present request without secrets, or None if there is nothing worth keeping."""
    if request.method != "POST":
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER]
    except HTTPException:  # it is too large, or no form at all
        return None
    if not fields or sum(len(value) for _name, value in fields) > 2 * BODY_MAX_BYTES:
        return None
    return Kept(path=request.full_path.rstrip("?"), fields=fields)


def park() -> bool:
    """Park the form of the present request for this browser. False if there was nothing to park.

    Raises `TooMany` after twenty forms of one network in 15 minutes: a stranger must not fill the disk.
    """
    kept = sent_form()
    if kept is None:
        return False
    limits.spend("park", client_network())
    secret = new_token()
    with writing():
        db.session.add(
            ParkedForm(
                secret_hash=hash_token(secret),
                path=kept.path[:500],
                fields=_lock_of(secret).encrypt(json.dumps(kept.fields).encode()).decode(),
                created_at=clock.now(),
            )
        )
    session[COOKIE_KEY] = secret
    return True


def parked() -> Kept | None:
    """This browser's parked form, if it is not older than a day."""
    secret = session.get(COOKIE_KEY)
    if not secret:
        return None
    row = db.session.scalar(
        select(ParkedForm).where(
            ParkedForm.secret_hash == hash_token(secret), ParkedForm.created_at > clock.now() - KEPT_FOR
        )
    )
    return Kept(row.path, _fields_of(row, secret)) if row else None


def _lock_of(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"parked:{secret}".encode()).digest()))


def _fields_of(row: ParkedForm, secret: str) -> list[tuple[str, str]]:
    if row.fields.startswith("["):  # from the version before, which did not encrypt; gone after a day
        return [(name, value) for name, value in json.loads(row.fields)]
    return [(name, value) for name, value in json.loads(_lock_of(secret).decrypt(row.fields.encode()))]


def discard() -> None:
    """The parked form was sent or is no longer wanted."""
    secret = session.pop(COOKIE_KEY, None)
    if secret:
        with writing():
            db.session.execute(delete(ParkedForm).where(ParkedForm.secret_hash == hash_token(secret)))


def sweep() -> None:
    """Forget forms older than a day."""
    with writing():
        db.session.execute(delete(ParkedForm).where(ParkedForm.created_at < clock.now() - KEPT_FOR))
