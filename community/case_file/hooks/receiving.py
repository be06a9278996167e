"""A call of a system: is it signed, is it fresh, was it here before; and what becomes of what it tells.

Signatures and headers are those of Standard Webhooks (https://www.standardwebhooks.com). A call is answered once and for all: the
same call gets the same answer again. What is told of one contact counts in the order in which it was sent, not in which it came.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from standardwebhooks import Webhook

from ...accounts.models import Person
from ...accounts.people import address_key_of, key_of
from ...core import clock, limits
from ...core.errors import Invalid, Refusal
from ...core.extensions import db, writing
from ...core.incoming import LARGEST_ID
from ...threads.models import Thread
from ..contact_entries import keeping as entries
from ..contact_entries.keeping import Source, Where, Written
from ..contact_entries.models import ContactEntry
from .keeping import secret_of
from .models import Hook, HookCall

LARGEST = 64_000  # bytes
FRESH_FOR = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)
ID_MAX = 100


class Unsigned(Refusal):
    """Nobody who knows the secret sent this."""

    status = 401


class Refused(Refusal):
    """It was sent by the system, and cannot be taken. The message is for whoever runs that system, in English."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Told:
    """What a call says of a contact. `summary` of one that is withdrawn is empty."""

    external_id: str
    is_withdrawn: bool
    written: Written
    case: int | None
    customer_name: str
    customer_mail: str


def receive(hook: Hook, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Take a call; returns what is answered. Raises Unsigned, Refused and TooMany; then nothing was stored."""
    call_id, sent_at = _authentic(hook, headers, body)
    limits.spend("hook", hook.id)
    told = read(body)
    digest = hashlib.sha256(body).hexdigest()
    with writing():
        db.session.scalars(select(Hook.id).where(Hook.id == hook.id).with_for_update()).one()  # one call at a time
        before = db.session.scalar(select(HookCall).where(HookCall.hook_id == hook.id, HookCall.call_id == call_id))
        if before is not None:
            if before.body_hash != digest:
                raise Refused("webhook-id was used before, for something else: give each message an id of its own", 409)
            return before.answer
        answer = _take(hook, told, sent_at)
        db.session.add(HookCall(hook_id=hook.id, call_id=call_id, body_hash=digest, at=clock.now(), answer=answer))
    return answer


def _authentic(hook: Hook, headers: Mapping[str, str], body: bytes) -> tuple[str, datetime]:
    call_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 1 <= len(call_id) <= ID_MAX or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        raise Unsigned("webhook-id, webhook-timestamp (seconds) and webhook-signature are needed")
    sent_at = datetime.fromtimestamp(int(stamp), UTC)
    try:
        expected = Webhook(secret_of(hook)).sign(call_id, sent_at, body.decode())
    except UnicodeDecodeError:
        raise Unsigned("the body is no UTF-8") from None
    given = headers.get("webhook-signature", "").split(" ")[:5]
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise Unsigned("the signature does not fit this body, id and timestamp")
    age = clock.now() - sent_at
    if abs(age) > FRESH_FOR:
        raise Refused(
            f"webhook-timestamp is {int(age.total_seconds())} s old and may be {int(FRESH_FOR.total_seconds())}: sign it anew"
        )
    return call_id, sent_at


def read(body: bytes) -> Told:
    """What a call says. Raises Refused with what is wrong."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("the body is no JSON") from None
    if not isinstance(said, dict):
        raise Refused("the body is no JSON object")
    kind = said.get("type")
    if kind not in ("contact.logged", "contact.withdrawn"):
        raise Refused("type: contact.logged or contact.withdrawn", 422)
    customer = said.get("customer") or {}
    if not isinstance(customer, dict):
        raise Refused("customer: an object with name or mail", 422)
    is_withdrawn = kind == "contact.withdrawn"
    return Told(
        external_id=_text(said, "id", ID_MAX),
        is_withdrawn=is_withdrawn,
        written=Written("call", clock.now(), "-") if is_withdrawn else _written(said),
        case=_case(said),
        customer_name=_text(customer, "name", 40) if customer.get("name") else "",
        customer_mail=_text(customer, "mail", limits.ADDRESS_MAX) if customer.get("mail") else "",
    )


def _written(said: dict[str, Any]) -> Written:
    public = said.get("public", False)
    if not isinstance(public, bool):
        raise Refused("public: true or false", 422)
    if said.get("channel") not in entries.CHANNELS:
        raise Refused(f"channel: one of {', '.join(entries.CHANNELS)}", 422)
    try:
        happened_at = datetime.fromisoformat(_text(said, "happened_at", 40))
    except ValueError:
        raise Refused("happened_at: as 2026-11-30T14:05:00+01:00", 422) from None
    if happened_at.tzinfo is None:
        raise Refused("happened_at: with its offset, as 2026-11-30T14:05:00+01:00", 422)
    return Written(said["channel"], happened_at.astimezone(UTC), _text(said, "summary", entries.SUMMARY_MAX), public)


def _case(said: dict[str, Any]) -> int | None:
    case = said.get("case")
    if case is None:
        return None
    if not isinstance(case, int) or isinstance(case, bool) or not 0 < case <= LARGEST_ID:
        raise Refused("case: the number of a thread", 422)
    return case


def _text(said: dict[str, Any], name: str, most: int) -> str:
    given = said.get(name)
    if not isinstance(given, str) or not given.strip() or len(given) > most or not _is_storable(given):
        raise Refused(f"{name}: a text of 1 to {most} characters", 422)
    return given.strip()


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _take(hook: Hook, told: Told, sent_at: datetime) -> dict[str, Any]:
    known = db.session.scalar(
        select(ContactEntry).where(ContactEntry.hook_id == hook.id, ContactEntry.external_id == told.external_id)
    )
    source = Source(hook.id, told.external_id, sent_at)
    if known is not None and known.external_at is not None and sent_at < known.external_at:
        return {"entry": known.id, "outcome": "older than what is known"}
    if told.is_withdrawn:
        return _withdraw(known, source)
    if known is not None and known.removed_at is not None:
        return {"entry": known.id, "outcome": "was withdrawn"}
    try:
        return _log(known, told, source)
    except Invalid as error:
        raise Refused(str(error.message), 422) from None


def _log(known: ContactEntry | None, told: Told, source: Source) -> dict[str, Any]:
    if known is not None:
        entries.change_entry(known, told.written, by=None, started_from=known.version, source=source)
        return {"entry": known.id, "outcome": "changed"}
    where = _where(told)
    written = told.written if where.thread else replace(told.written, is_public=False)  # of no case: for staff alone
    entry = entries.log_entry(written, where, by=None, source=source)
    return {"entry": entry.id, "outcome": "logged" if where.person else "logged, staff will say whose it is"}


def _withdraw(known: ContactEntry | None, source: Source) -> dict[str, Any]:
    """Before the contact itself came, its withdrawal leaves a row that keeps it out."""
    if known is None:
        known = entries.log_entry(Written("call", clock.now(), "-"), Where(), by=None, source=source)
    known.external_at = source.at
    entries.remove_entry(known, by=None)
    return {"entry": known.id, "outcome": "withdrawn"}


def _where(told: Told) -> Where:
    """Whose it is. A case decides; a customer who did not ask it is a mistake that staff look at."""
    thread = db.session.get(Thread, told.case) if told.case else None
    person = _customer(told)
    if thread is not None and person is not None and person.id != thread.author_id:
        return Where()
    if thread is not None:
        return Where(db.session.get(Person, thread.author_id), thread)
    return Where(person)


def _customer(told: Told) -> Person | None:
    if told.customer_name:
        return db.session.scalar(select(Person).where(Person.name_key == key_of(told.customer_name)))
    if told.customer_mail:
        return db.session.scalar(
            select(Person).where(
                Person.email_key == address_key_of(told.customer_mail), Person.email_verified_at.is_not(None)
            )
        )
    return None


def sweep() -> None:
    """Forget calls of 30 days ago; a repetition would be too old to be taken."""
    with writing():
        db.session.execute(delete(HookCall).where(HookCall.at < clock.now() - KEPT_FOR))
