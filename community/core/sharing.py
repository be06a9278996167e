"""What signed-in readers see alike is rendered once for all of them; what is theirs alone is put in for each.

A *piece* is a part of a page, a *whole* page is one that equals for everyone who may do, and has done, the same things there.
Both hold while their stamp (see `pages`) is unchanged, and never past the day: some say "back tomorrow". Neither ever holds
anything of one reader: where a template says
`own('...')`, a mark is kept that nobody can guess, and `filled` puts the present reader's own in its place.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from .i18n import today

KEPT_SECONDS = 60  # relative times ("3 minutes ago") may be this old
PIECES_OF_PAGES = 400
WHOLE_PAGES = 400

_SECRET = secrets.token_hex(8)  # else a post could say a mark, and get the reader's token into a link of its own
_MARK = re.compile(rf"own-([a-z-]+)-{_SECRET}")


class Pieces(dict[Hashable, str]):
    """The rendered pieces of one page in one language, and the `things` they were made from."""

    def __init__(self, things: Any, stamp: tuple[Any, ...]) -> None:
        super().__init__()
        self.things = things
        self.stamp = stamp
        self.until = time.monotonic() + KEPT_SECONDS


class _Shelf(OrderedDict[Hashable, Any]):
    """The last so many of something."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def put(self, key: Hashable, thing: Any) -> Any:
        self[key] = thing
        while len(self) > self._most:
            self.popitem(last=False)
        return thing


def shared_pieces(key: tuple[Any, ...], stamp: tuple[Any, ...], load: Callable[[], Any]) -> Pieces:
    """The pieces of the page `key` while `stamp` is unchanged and they are fresh enough; else `load()` anew.

    `load` runs in a context (so a database session) of its own: what it returns is detached and safe to share.
    """
    shelf: _Shelf = current_app.extensions["theke-pieces"]
    stamp = (*stamp, today())
    pieces: Pieces | None = shelf.get(key)
    if pieces is None or pieces.stamp != stamp or pieces.until < time.monotonic():
        with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
            pieces = shelf.put(key, Pieces(load(), stamp))
    return pieces


def piece(pieces: Pieces | None, key: Hashable, caller: Callable[[], str]) -> str:
    """For templates: `{% call piece(pieces, key) %}...{% endcall %}`. Without pieces it renders as it stands."""
    if pieces is None:
        return caller()
    known = pieces.get(key)
    if known is None:
        with _marking():
            known = pieces[key] = caller()
    return known


def whole_page(pieces: Pieces, key: Hashable, render: Callable[[], str]) -> str:
    """The page of `pieces` for all readers of whom `key` is true alike, filled for the present one.

    `key` names everything that the page shows of a reader, except what the templates write with `own`.
    """
    shelf: _Shelf = current_app.extensions["theke-wholes"]
    made_from, page = shelf.get(key, (None, ""))
    if made_from is not pieces:
        with _marking():
            page = render()
        shelf.put(key, (pieces, page))
    return filled(page)


def own(name: str) -> Any:
    """For templates: what the reader alone gets (registered with `gives`)."""
    if g.get("theke_marking"):
        return f"own-{name}-{_SECRET}"
    return current_app.extensions["theke-own"][name]()


def gives(app: Flask, name: str, thing: Callable[[], Any]) -> None:
    """`own(name)` is what `thing()` returns for the present reader (escaped unless it is Markup)."""
    app.extensions["theke-own"][name] = thing


def filled(page: str) -> str:
    """The page with the reader's own in place of the marks."""
    if _SECRET not in page:
        return page
    things: dict[str, Callable[[], Any]] = current_app.extensions["theke-own"]
    said: dict[str, str] = {}

    def fill(mark: re.Match[str]) -> str:
        name = mark[1]
        if name not in said:
            said[name] = str(escape(things[name]()))
        return said[name]

    return _MARK.sub(fill, page)


@contextmanager
def _marking() -> Iterator[None]:
    outer = g.get("theke_marking", False)
    g.theke_marking = True
    try:
        yield
    finally:
        g.theke_marking = outer


def init_app(app: Flask) -> None:
    """One shelf of pieces and one of whole pages per process; `own` and `piece` for templates."""
    app.extensions["theke-pieces"] = _Shelf(PIECES_OF_PAGES)
    app.extensions["theke-wholes"] = _Shelf(WHOLE_PAGES)
    app.extensions["theke-own"] = {"csrf-token": generate_csrf}
    app.jinja_env.globals.update(piece=piece, own=own, csrf_token=_csrf_token)
    app.context_processor(lambda: {"csrf_token": _csrf_token})  # Flask-WTF put its own there, which knows no marks


def _csrf_token() -> Any:
    return own("csrf-token")
