"""Pages: those of signed-out visitors are kept whole and checked against a version on every request; lists come in pages.

A cached page is never stale: its *stamp* (the version of the thread, or of all lists, and of the site) is read from the
database at each request, by one indexed query, before the kept page is used. Whoever changes what visitors see calls `touch`.
No page is kept past the day on which it was made: what it says of days ("back tomorrow") changes by itself.
Signed-in readers share what they see alike under the same rule: see `sharing`.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import brotli
from flask import Flask, Response, current_app, g, make_response, request, session
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base, Word
from .extensions import db, insert, plain_rows
from .i18n import today, visitor_language
from .sharing import KEPT_SECONDS

KEPT_BYTES = 48 * 1024 * 1024
SITE = "site"
LISTS = "lists"


class PageVersion(Base):
    """How often what readers see of one scope ('site', 'lists') has changed."""

    __tablename__ = "page_versions"

    scope: Mapped[Word] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


def touch(*scopes: str) -> None:
    """What visitors see of these scopes has changed. Call it in the transaction of the change."""
    for scope in scopes:
        db.session.execute(
            insert(PageVersion)
            .values(scope=scope, version=2)
            .on_conflict_do_update(index_elements=[PageVersion.scope], set_={"version": PageVersion.version + 1})
        )


def stamp(query: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
    """All rows of a small fixed query. `query` uses `?` for its parameters."""
    postgres = db.engine.dialect.name == "postgresql"
    return tuple(plain_rows(query.replace("?", "%s") if postgres else query, tuple(parameters)))


def lists_stamp(**view_arguments: Any) -> tuple[Any, ...]:
    """The stamp of every page that lists threads."""
    return stamp("SELECT version FROM page_versions WHERE scope IN ('lists', 'site') ORDER BY scope")


@dataclass(frozen=True)
class _Kept:
    stamp: tuple[Any, ...]
    until: float
    body: bytes
    compressed: bytes
    etag: str
    content_type: str
    language: str
    modified: str = ""


class _Keeper:
    """The kept pages of this process, least recently used out first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._pages: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._mutex = threading.Lock()

    def get(self, key: tuple[str, ...]) -> _Kept | None:
        with self._mutex:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: _Kept) -> None:
        with self._mutex:
            old = self._pages.pop(key, None)
            self._size += _weight(page) - (_weight(old) if old else 0)
            self._pages[key] = page
            while self._size > self._most:
                _key, dropped = self._pages.popitem(last=False)
                self._size -= _weight(dropped)

    def clear(self) -> None:
        with self._mutex:
            self._pages.clear()
            self._size = 0


def _weight(page: _Kept) -> int:
    return len(page.body) + len(page.compressed) + 400


View = Callable[..., Any]


def for_visitors(stamp_of: Callable[..., tuple[Any, ...]]) -> Callable[[View], View]:
    """Decorator for a GET view: signed-out visitors get a kept page while `stamp_of(**view arguments)` is unchanged.

    An empty stamp means that there is nothing to keep (the thread does not exist). Only answers of status 200 that set
    no cookie are kept. The page may depend on path, query, language and theme, and on nothing else of the request.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept_or_fresh(**arguments: Any) -> Any:
            if not is_plain_visitor():
                return view(**arguments)
            keeper: _Keeper = current_app.extensions["theke-pages"]
            now_stamp = stamp_of(**arguments)
            key = (request.full_path, visitor_language(), request.cookies.get("theme", ""), request.host, str(today()))
            page = keeper.get(key)
            if page is None or page.stamp != now_stamp or page.until < time.monotonic():
                fresh = make_response(view(**arguments))
                if not now_stamp or not _may_be_kept(fresh):
                    return fresh
                page = _keep(fresh, now_stamp)
                keeper.put(key, page)
            return _answer(page)

        return kept_or_fresh

    return decorate


def do_not_keep() -> None:
    """The page that is being made for this request is not worth keeping, or must be made anew each time."""
    g.theke_passing = True


def _may_be_kept(fresh: Response) -> bool:
    return fresh.status_code == 200 and not (
        "Set-Cookie" in fresh.headers or session.modified or g.pop("theke_passing", False)
    )


def is_plain_visitor() -> bool:
    """Signed out, with nothing to be told: may get the page that everyone gets."""
    return request.method in ("GET", "HEAD") and not (
        current_app.config["SESSION_COOKIE_NAME"] in request.cookies
        and ("_user_id" in session or "_flashes" in session)
    )


def _keep(fresh: Response, now_stamp: tuple[Any, ...]) -> _Kept:
    body = fresh.get_data()
    return _Kept(
        stamp=now_stamp,
        until=time.monotonic() + KEPT_SECONDS,
        body=body,
        compressed=brotli.compress(body, quality=5),
        etag=hashlib.sha256(body).hexdigest()[:20],
        content_type=fresh.content_type,
        language=fresh.headers.get("Content-Language", ""),
        modified=fresh.headers.get("Last-Modified", ""),
    )


def _answer(page: _Kept) -> Response:
    if f'"{page.etag}"' in request.headers.get("If-None-Match", ""):
        response = Response(status=304)
    elif "br" in request.headers.get("Accept-Encoding", ""):
        response = Response(page.compressed, content_type=page.content_type)
        response.headers["Content-Encoding"] = "br"
    else:
        response = Response(page.body, content_type=page.content_type)
    if page.modified:
        response.headers["Last-Modified"] = page.modified
    response.headers["ETag"] = f'"{page.etag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language, Accept-Encoding"
    return response


@dataclass(frozen=True)
class PageOf:
    """One page of a long list: which, of how many."""

    number: int
    last: int
    total: int

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.last


def asked_page(last: int, total: int = 0) -> PageOf:
    """The page asked for by `?page=`, kept within 1..last."""
    asked = request.args.get("page", 1, type=int) or 1
    return PageOf(number=min(max(asked, 1), max(last, 1)), last=max(last, 1), total=total)


def init_app(app: Flask) -> None:
    """One keeper per process."""
    app.extensions["theke-pages"] = _Keeper(KEPT_BYTES)
