"""The blocks, for the page on which they are set."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.core.extensions import db

from .models import Block, Kind

ROWS = 50


def blocks(kind: Kind, before_id: int | None = None) -> tuple[list[Block], int | None]:
    """The newest of a kind, with who set them, and the id before which older ones stand (None: these are all)."""
    rows = select(Block).where(Block.kind == kind.value).order_by(Block.id.desc()).limit(ROWS + 1)
    if before_id is not None:
        rows = rows.where(Block.id < before_id)
    found = list(db.session.scalars(rows.options(joinedload(Block.by))))
    return found[:ROWS], found[ROWS - 1].id if len(found) > ROWS else None
