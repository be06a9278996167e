"""Which systems may tell of contacts: connected, disconnected, given a new secret. A secret is shown once and kept sealed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ...accounts.models import Person
from ...core import clock, events, sealing
from ...core.errors import Conflict, Invalid
from ...core.events import Action
from ...core.extensions import db
from .models import Hook, HookCall

NAME_MAX = 80
SECRET_BYTES = 32


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _about(name: str) -> str:
    return f"hook:{name}"


def secret_of(hook: Hook) -> str:
    """The secret with which its calls are signed."""
    return sealing.unseal(hook.sealed_secret, _about(hook.name))


def connect(name: str, *, by: Person) -> tuple[Hook, str]:
    """A new system, and its secret, to be shown once. Raises Invalid for an empty, too long or taken name."""
    if not name or len(name) > NAME_MAX:
        raise Invalid(_("Give the system a name of at most %(count)s characters.", count=NAME_MAX), "name")
    if db.session.scalar(select(Hook.id).where(Hook.name == name)):
        raise Invalid(_("There is a system of this name already."), "name")
    secret = _new_secret()
    hook = Hook(name=name, sealed_secret=sealing.seal(secret, _about(name)), created_at=clock.now(), by_id=by.id)
    db.session.add(hook)
    _record(hook, by, None)
    return hook, secret


def renew_secret(hook: Hook, *, by: Person) -> str:
    """Another secret; calls signed with the old one are refused from now on. Raises Conflict if it is disconnected."""
    held = _hold(hook)
    if held.disabled_at is not None:
        raise Conflict
    before = _told(held)
    secret = _new_secret()
    held.sealed_secret = sealing.seal(secret, _about(held.name))
    _record(held, by, before)
    return secret


def disconnect(hook: Hook, *, by: Person) -> None:
    """Nothing that it tells is taken any more. Raises Conflict if that is so already."""
    _put_disabled(hook, is_disabled=True, by=by)


def reconnect(hook: Hook, *, by: Person) -> None:
    """It is listened to again, with the same secret. Raises Conflict if it is."""
    _put_disabled(hook, is_disabled=False, by=by)


def _put_disabled(hook: Hook, *, is_disabled: bool, by: Person) -> None:
    held = _hold(hook)
    if (held.disabled_at is not None) == is_disabled:
        raise Conflict(_("Somebody else did this a moment ago."))
    before = _told(held)
    held.disabled_at = clock.now() if is_disabled else None
    _record(held, by, before)


def _hold(hook: Hook) -> Hook:
    return db.session.scalars(
        select(Hook).where(Hook.id == hook.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _told(hook: Hook) -> dict[str, Any]:
    return {"hook": hook.name, "secret": hook.version, "connected": hook.disabled_at is None}


def _record(hook: Hook, by: Person, before: dict[str, Any] | None) -> None:
    if before is not None and before["connected"] == (hook.disabled_at is None):
        hook.version += 1
    db.session.flush()
    events.record(Action.HOOK_CHANGED, actor_id=by.id, before=before, after=_told(hook))


def all_hooks() -> Sequence[Hook]:
    """All systems, by name."""
    return db.session.scalars(select(Hook).order_by(Hook.disabled_at.is_not(None), Hook.name)).all()


def latest_calls(hook: Hook, most: int = 10) -> Sequence[HookCall]:
    """What it told last."""
    return db.session.scalars(
        select(HookCall).where(HookCall.hook_id == hook.id).order_by(HookCall.id.desc()).limit(most)
    ).all()
