"""The ledger of imported rows: asked before something is taken, written in the transaction that takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import select

from ..core import clock
from ..core.extensions import db
from .models import ImportedRow, Kind

IDS_PER_QUERY = 500
T = TypeVar("T")


def known(source: str, kind: Kind, foreign_ids: Iterable[object]) -> dict[str, int]:
    """Those of the ids that were imported before, with what they became: {foreign id: local id}."""
    found: dict[str, int] = {}
    for ids in chunks((str(each) for each in foreign_ids), IDS_PER_QUERY):
        found |= dict(
            db.session.execute(
                select(ImportedRow.foreign_id, ImportedRow.local_id).where(
                    ImportedRow.source == source, ImportedRow.kind == kind, ImportedRow.foreign_id.in_(ids)
                )
            ).all()
        )
    return found


def enter(source: str, kind: Kind, foreign_id: object, local_id: int) -> None:
    """Remember what this row became. Call it inside `writing()`, beside the thing itself."""
    db.session.add(ImportedRow(source=source, kind=kind, foreign_id=str(foreign_id), local_id=local_id, at=clock.now()))


def source_of_dump(fingerprint: str) -> str | None:
    """The name under which the dump with this fingerprint was imported before."""
    return db.session.scalar(
        select(ImportedRow.source)
        .where(ImportedRow.kind == Kind.DUMP, ImportedRow.foreign_id == fingerprint)
        .order_by(ImportedRow.id)
    )


def is_source(name: str) -> bool:
    """Was anything imported under this name?"""
    return db.session.scalar(select(ImportedRow.id).where(ImportedRow.source == name).limit(1)) is not None


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things, `size` at a time."""
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk
