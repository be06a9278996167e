"""Is it blocked? Asked when somebody registers, changes their address or writes in their first week; each refusal is counted."""

from __future__ import annotations

import ipaddress

from sqlalchemy import select, update

from community.core import clock
from community.core.extensions import db, writing

from .keeping import in_force
from .models import Block, Kind
from .reading import domain_of, overlap, with_parents


def refuses_network(network: str) -> bool:
    """Is this network (see `security.client_network`) within a blocked one?"""
    try:
        asking = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    rows = db.session.execute(select(Block.id, Block.what).where(Block.kind == Kind.NETWORK.value, in_force()))
    return _counted([row.id for row in rows if overlap(ipaddress.ip_network(row.what), asking)])


def refuses_address(address: str) -> bool:
    """Is this mail address of a blocked domain, or of one below it?"""
    places = with_parents(domain_of(address))
    return _counted(
        list(
            db.session.scalars(
                select(Block.id).where(Block.kind == Kind.DOMAIN.value, Block.what.in_(places), in_force())
            )
        )
    )


def _counted(block_ids: list[int]) -> bool:
    """Note the refusal at each of them; False if there is none."""
    if block_ids:
        with writing():
            db.session.execute(
                update(Block)
                .where(Block.id.in_(block_ids))
                .values(hit_count=Block.hit_count + 1, last_hit_at=clock.now())
                .execution_options(synchronize_session=False)
            )
    return bool(block_ids)
