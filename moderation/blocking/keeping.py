"""Blocking a network or a mail domain, and removing that. Nobody shuts out themselves, and nothing is blocked twice."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from community.accounts.models import Person
from community.core import clock, events
from community.core.errors import Conflict, Invalid
from community.core.events import Action
from community.core.extensions import db, insert

from .models import Block, Kind
from .reading import Network, domain_of, is_within, overlap


@dataclass(frozen=True)
class About:
    """What belongs to a block besides what is blocked."""

    note: str
    ends_at: datetime | None = None


def block_network(network: Network, about: About, *, by: Person, own_network: str) -> Block:
    """Nobody registers from there any more, nor writes in their first week. Raises Invalid if it covers, or is covered by,
    another one, or holds the network (see `security.client_network`) from which `by` is here."""
    if any(overlap(network, own) for own in _as_network(own_network)):
        raise Invalid(_("You are in this network yourself now."), "network")
    for other in _networks():
        if overlap(network, other):
            raise _met(str(other), network.prefixlen >= other.prefixlen, "network")
    return _add(Kind.NETWORK, str(network), about, by)


def block_domain(domain: str, about: About, *, by: Person) -> Block:
    """Nobody registers with an address there any more. Raises Invalid if it covers, or is covered by, another one, or is
    where `by` has their own address."""
    if by.email and is_within(domain_of(by.email), domain):
        raise Invalid(_("Your own address is of this domain."), "domain")
    for other in db.session.scalars(select(Block.what).where(Block.kind == Kind.DOMAIN.value, in_force())):
        if is_within(domain, other) or is_within(other, domain):
            raise _met(other, is_within(domain, other), "domain")
    return _add(Kind.DOMAIN, domain, about, by)


def remove(block_id: int, *, by: Person) -> None:
    """It is blocked no more. Raises Conflict if somebody has removed it."""
    block = db.session.scalar(select(Block).where(Block.id == block_id).with_for_update())
    if block is None:
        raise Conflict(_("Somebody has removed this block already."))
    before = _written(block)
    db.session.delete(block)
    events.record(Action.BLOCK_REMOVED, actor_id=by.id, before=before, after=None)


def in_force() -> Any:
    """Those that have not ended."""
    return Block.ends_at.is_(None) | (Block.ends_at > clock.now())


def _networks() -> list[Network]:
    rows = db.session.scalars(select(Block.what).where(Block.kind == Kind.NETWORK.value, in_force()).order_by(Block.id))
    return [ipaddress.ip_network(what) for what in rows]


def _as_network(network: str) -> list[Network]:
    """The asker's network, unless it is unknown."""
    try:
        return [ipaddress.ip_network(network, strict=False)]
    except ValueError:
        return []


def _met(other: str, is_covered: bool, field: str) -> Invalid:
    if is_covered:
        return Invalid(_("This is already covered by %(other)s.", other=other), field)
    return Invalid(_("This covers %(other)s, which is blocked already. Remove that first.", other=other), field)


def _add(kind: Kind, what: str, about: About, by: Person) -> Block:
    db.session.execute(delete(Block).where(Block.kind == kind.value, Block.what == what, ~in_force()))
    new = db.session.scalar(
        insert(Block)
        .values(
            kind=kind.value,
            what=what,
            note=about.note,
            at=clock.now(),
            by_id=by.id,
            ends_at=about.ends_at,
            hit_count=0,
        )
        .on_conflict_do_nothing()
        .returning(Block.id)
    )
    if new is None:
        raise _met(what, True, kind.value)
    block = db.session.get_one(Block, new)
    events.record(Action.BLOCK_ADDED, actor_id=by.id, before=None, after=_written(block))
    return block


def _written(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "what": block.what,
        "note": block.note,
        "ends_at": block.ends_at.isoformat() if block.ends_at else None,
        "hit_count": block.hit_count,
    }
