"""Where the staff's side leads: the tabs above the queue, the pages of the settings. Each package adds its own at start.

A place is shown to whoever may do something there; its address asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, url_for

from community.accounts.models import Person
from community.accounts.permissions import Verb, may_somewhere


@dataclass(frozen=True)
class Place:
    """A tab or a page. `position` orders them; `label` is a lazy text; `count` says how much waits there (bounded)."""

    position: int
    key: str
    label: Any
    endpoint: str
    verb: Verb | None = None
    count: Callable[[], int] | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return url_for(self.endpoint)


_TABS, _SETTINGS = "theke-tabs", "theke-settings-pages"


def add_tab(app: Flask, tab: Place) -> None:
    """Above the queue, after *Needs staff* and *Mine*: held (30), flags (40), notices (50), known issues (60)."""
    _add(app, _TABS, tab)


def add_settings(app: Flask, page: Place) -> None:
    """Among the settings: categories (10), requests (15), tags (20), staff (30), permissions (40), targets (50), calendars (60),
    canned replies (70), approval (80), words (90), blocked networks (100), one's own card (110), connected systems (120)."""
    _add(app, _SETTINGS, page)


def _add(app: Flask, where: str, place: Place) -> None:
    known = app.extensions.setdefault(where, {})
    known[place.key] = place


def _open(where: str, person: Person) -> list[Place]:
    places = sorted(current_app.extensions.get(where, {}).values(), key=lambda place: place.position)
    return [place for place in places if place.verb is None or may_somewhere(person, place.verb)]


def tabs(person: Person) -> list[Place]:
    """The tabs that this member of staff may open, in order."""
    return _open(_TABS, person)


def settings_pages(person: Person) -> list[Place]:
    """The pages of the settings that they may open, in order."""
    return _open(_SETTINGS, person)
