"""The address to which one person answers one thread by mail: signed, good for thirty days, and for nothing else.

    community+r.<token>@example.org   the answer is a public reply
    community+p.<token>@example.org   the answer goes to the private details, and is never a post

The token is in base32: who, which thread, the day on which it ends, and 128 bits of HMAC-SHA256 over these and the purpose, with
SECRET_KEY or one of its fallbacks. Nothing is stored. It proves that a mail of ours was read, not by whom; so `sender` asks
who wrote.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import current_app

from ..accounts.models import Person
from ..core import clock
from ..threads.models import Thread

VALID = timedelta(days=30)
_BODY = struct.Struct(">IIH")  # person, thread, day
_DAY = timedelta(days=1)
_MAC_BYTES = 16
_TOKEN_LENGTH = -(-(_BODY.size + _MAC_BYTES) * 8 // 5)
#: What mail servers take before the @, less what we add to it.
LOCAL_PART_MAX = 64 - len("+r.") - _TOKEN_LENGTH
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_TAGGED = re.compile(rf"\+([rp])\.([a-z2-7]{{{_TOKEN_LENGTH}}})@", re.IGNORECASE)
#: Anything that looks like such an address: no text that is published may hold one.
SIGNED = re.compile(r"[\w.!#$%&'*/=?^`{|}~-]{0,64}\+[rp]\.[a-z2-7]{20,60}(?:@[\w.-]{1,255})?", re.IGNORECASE)


class Purpose(StrEnum):
    """What becomes of an answer."""

    PUBLIC = "r"
    PRIVATE = "p"


@dataclass(frozen=True)
class Meant:
    """What a signed address says: whose it is, which thread, what becomes of the answer, and when it ends."""

    purpose: Purpose
    person_id: int
    thread_id: int
    ends_at: datetime

    @property
    def is_over(self) -> bool:
        """Is it too late?"""
        return self.ends_at <= clock.now()


def are_taken() -> bool:
    """Do answers by mail come in here at all?"""
    return bool(current_app.config["MAIL_IN_ADDRESS"])


def public_address(person: Person, thread: Thread) -> str | None:
    """Where `person` answers a mail about `thread` in public; None if answers by mail do not come in here."""
    return address_for(Purpose.PUBLIC, person.id, thread.id)


def private_address(person: Person, thread: Thread) -> str | None:
    """Where `person` tells private details on `thread` by mail; None if answers by mail do not come in here."""
    return address_for(Purpose.PRIVATE, person.id, thread.id)


def address_for(purpose: Purpose, person_id: int, thread_id: int) -> str | None:
    """The signed address, good for thirty days and the rest of the last one."""
    if not are_taken():
        return None
    day = (clock.now() + VALID - _EPOCH) // _DAY + 1
    body = _BODY.pack(person_id, thread_id, day)
    token = base64.b32encode(body + _mac(current_app.config["SECRET_KEY"], purpose, body)).decode().rstrip("=").lower()
    local, _at, domain = current_app.config["MAIL_IN_ADDRESS"].rpartition("@")
    return f"{local}+{purpose.value}.{token}@{domain}"


def _mac(key: str, purpose: Purpose, body: bytes) -> bytes:
    said = f"theke: answer by mail: {purpose.value}:".encode() + body
    return hmac.digest(key.encode(), said, hashlib.sha256)[:_MAC_BYTES]


def meant_by(recipients: Iterable[str]) -> Meant | None:
    """What the first address says that we signed; a private one counts before a public one. None if we signed none."""
    found = [match for one in recipients for match in _TAGGED.finditer(one)]
    for purpose in (Purpose.PRIVATE, Purpose.PUBLIC):
        for match in found:
            if match[1].lower() == purpose and (meant := _opened(purpose, match[2])) is not None:
                return meant
    return None


def is_tagged(recipients: Iterable[str]) -> bool:
    """Does it look as if one of these were ours?"""
    return any(SIGNED.search(one) for one in recipients)


def _opened(purpose: Purpose, token: str) -> Meant | None:
    try:
        signed = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    body, mac = signed[: _BODY.size], signed[_BODY.size :]
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    if not any(hmac.compare_digest(mac, _mac(key, purpose, body)) for key in keys):
        return None
    person_id, thread_id, day = _BODY.unpack(body)
    return Meant(purpose, person_id, thread_id, _EPOCH + day * _DAY)
