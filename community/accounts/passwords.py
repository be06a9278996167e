"""Passwords: long rather than odd, never one that everybody uses, stored with Argon2id."""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from zxcvbn import zxcvbn

from ..core.limits import PASSWORD_MAX, PASSWORD_MIN

GUESSED_LENGTH = 72  # what is hard to guess so far stays hard; the guesser needs time that grows faster than the length
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_one_at_a_time = threading.BoundedSemaphore(1)  # hashing is dear: logins must not starve pages
_NOBODY = _hasher.hash("a password that belongs to nobody")


def _composed(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """Argon2id hash with its parameters. Call it outside `writing()`."""
    with _one_at_a_time:
        return _hasher.hash(_composed(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Does the password belong to the hash? Takes the same time when there is no hash."""
    with _one_at_a_time:
        try:
            return _hasher.verify(password_hash or _NOBODY, _composed(password)) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def _words(known: list[str]) -> list[str]:
    """The texts and the words in them: of anna.meier@example.org also anna, meier and example."""
    parts = [part for text in known for part in re.split(r"[\W_]+", text)]
    return [word for word in (*known, *parts) if len(word) > 2]


def fault(password: str, known_about_person: list[str]) -> Any:
    """Why this password is refused, as a translated sentence; None if it is good."""
    if len(password) < PASSWORD_MIN:
        return _("Use at least %(count)d characters.", count=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return _("Use at most %(count)d characters.", count=PASSWORD_MAX)
    guess = zxcvbn(password[:GUESSED_LENGTH], user_inputs=_words(known_about_person))
    if guess["score"] < 2:
        return _("This password is easily guessed. A few unrelated words make a good one.")
    return None
