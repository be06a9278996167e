"""Cases for the search tests, and an index to put them in."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from search_index.documents import SolvedCase
from search_index.engines.whoosh import WhooshEngine

DAY = 24 * 3600
NOON = 1_790_000_000


def case(thread_id: int, title: str, body: str = "", **fields: Any) -> SolvedCase:
    """A solved German case of today, unless told otherwise."""
    usual: dict[str, Any] = {"language": "de", "status": "solved", "created_at": NOON, "last_post_at": NOON}
    return SolvedCase(thread_id=thread_id, title=title, body=body, **usual | fields)


STORY = (
    case(
        1,
        "Störungsmeldung: kein Internet seit gestern",
        "Der Router blinkt rot.",
        solutions=("Den Router neu starten.",),
    ),
    case(2, "Internet sehr langsam am Abend", "Ab 20 Uhr nur noch 2 Mbit/s.", tags=("dsl",), category_id=7),
    case(3, "Rechnung falsch", "Der Betrag der Rechnung stimmt nicht.", category_id=8, author="Alice"),
    case(4, "Betrag der Rechnung zu hoch", "Doppelt abgebucht.", category_id=8),
    case(5, "Rechnungsbetrag verstehen", "Woraus setzt er sich zusammen?", category_id=8),
    case(6, "Zählerstand mit der App melden", "Die App zeigt Fehler 0x80070005 an.", tags=("app", "strom")),
    case(7, "Router does not connect", "The light is red since yesterday.", language="en", tags=("router",)),
    case(8, "Kündigung nach Umzug", "Wie kündige ich?", status="needs_staff"),
)


def index_of(home: Path, cases: Iterable[SolvedCase] = STORY) -> WhooshEngine:
    """An engine on a new index."""
    engine = WhooshEngine(home)
    engine.recreate(cases)
    return engine


def ids(hits: Iterable[Any]) -> list[int]:
    """The threads of some hits, best first."""
    return [hit.thread_id for hit in hits]
