"""Tags."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import tagging
from community.threads.models import Tag
from tests.making import Cast, Make


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", []),
        ("Router, WLAN router", ["router", "wlan"]),
        ("störung;glasfaser", ["störung", "glasfaser"]),
        ("c++ c# .net -x-", ["c++", "c#", "net", "x"]),
        ("<b>bold</b> a/b", ["bboldb", "ab"]),
        ("a b c d e f g", ["a", "b", "c", "d", "e"]),
        ("\u202eevil\u200b \x00", ["evil"]),
        ("x" * 99, ["x" * 30]),
    ],
)
def test_reading_what_somebody_typed(typed: str, read: list[str]) -> None:
    assert tagging.read_tags(typed) == read


def test_tags_are_replaced_counted_and_told(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, tags=["router", "wifi"])
    before = thread.version
    with writing():
        tagging.set_tags(thread, ["wifi", "meter"], by=cast.carol)
    assert tagging.names_of(thread) == ["meter", "wifi"]
    counts = {tag.name: tag.thread_count for tag in db.session.scalars(select(Tag))}
    assert counts == {"router": 0, "wifi": 1, "meter": 1}
    assert thread.version > before
    event = db.session.scalars(select(Event).where(Event.action == Action.THREAD_TAGGED.value)).one()
    assert event.payload == {"before": ["router", "wifi"], "after": ["meter", "wifi"]}


def test_the_same_tags_again_are_no_news(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice, tags=["wifi"])
    with writing():
        tagging.set_tags(thread, ["wifi"], by=cast.carol)
    assert db.session.scalars(select(Event).where(Event.action == Action.THREAD_TAGGED.value)).all() == []
