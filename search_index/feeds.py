"""/search.atom: what a search finds, as a feed. The fifty threads that answer best, the one that changed last first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from community.core import limits, pages
from community.core.extensions import db
from community.core.i18n import force_locale, language, visitor_language
from community.core.security import client_network
from community.core.text import normalise_line
from community.publishing.feeds import ENTRIES, Feed, answer_with, thread_entries
from community.threads.models import Category, Thread
from community.threads.visibility import visible_threads

from .engines.contract import Filters, IndexUnavailable
from .finding import reading_language
from .indexing import engine
from .parsing import Query, parse
from .routes import Chosen

blueprint = Blueprint("search_feed", __name__)


def feed_of_search(typed: str, chosen: Chosen) -> str | None:
    """The path of the feed that follows this search; None where nothing is searched for."""
    if not parse(typed):
        return None
    return url_for("search_feed.index", q=typed, lang=language(), **_narrowed(chosen))


def _stamp() -> tuple[Any, ...]:
    """What is found changes with the index, what is shown of it with the lists."""
    try:
        return (engine().generation(), *pages.lists_stamp())
    except IndexUnavailable:
        return ()


@blueprint.get("/search.atom")
@pages.for_visitors(_stamp)
def index() -> Response:
    """The feed of `?q=`, narrowed as on the search page; empty while there is no index. 404 without a query."""
    typed = normalise_line(request.args.get("q", ""))[: limits.SEARCH_MAX]
    query = parse(typed) or abort(404)
    limits.spend_here("search", client_network())
    categories = {category.slug: category for category in db.session.scalars(select(Category))}
    chosen = Chosen.asked(categories)
    asked = {"q": typed} | _narrowed(chosen)
    with force_locale(visitor_language()):
        return answer_with(
            Feed(
                name=f"search/{urlencode(asked)}",
                title=f"{typed} · {_('Search')} · {current_app.config['SITE_NAME']}",
                language=language(),
                path=url_for("search_feed.index", **asked),
                page=url_for("search.index", **asked),
                entries=thread_entries(_found(query, chosen.filters(query, categories))),
            )
        )


def _narrowed(chosen: Chosen) -> dict[str, Any]:
    return {name: value for name, value in vars(chosen).items() if value}


def _found(query: Query, filters: Filters) -> list[Thread]:
    """What everyone may read of what was found; read from the database again, because the index follows a little later."""
    try:
        hits = engine().search(query, filters, language=reading_language(language()), limit=ENTRIES)
    except IndexUnavailable:
        return []
    return list(db.session.scalars(visible_threads(None).where(Thread.id.in_([hit.thread_id for hit in hits.hits]))))
