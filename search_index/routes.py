"""/search, and the fragment with similar cases that the asking page fetches while somebody types."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_login import current_user
from sqlalchemy import select

from community.core import limits
from community.core.extensions import db
from community.core.i18n import LANGUAGES, language
from community.core.pages import PageOf, asked_page
from community.core.security import client_network
from community.core.text import normalise_line
from community.intake.similar import similar_cases
from community.threads.models import Category

from .documents import STATUSES
from .engines.contract import Filters, Hits, IndexUnavailable
from .finding import Found, search
from .parsing import Query, parse

log = logging.getLogger("theke.search")
blueprint = Blueprint("search", __name__)
PAGES_MAX = limits.OFFSET_MAX // limits.PAGE_ROWS
BODY_READ = 1_000


def _who() -> int | str:
    return current_user.id if current_user.is_authenticated else client_network()


def _chosen(name: str, among: object) -> str:
    value = request.args.get(name, "")
    return value if value in among else ""  # type: ignore[operator]


def _filters(query: Query, categories: dict[str, Category], status: str, category: str, spoken: str) -> Filters:
    slugs = {category} if category else {slug for slug in query.categories if slug in categories}
    statuses = (
        {status}
        if status
        else {"solved"}
        if query.is_solved
        else set(STATUSES[1:])
        if query.is_solved is False
        else set()
    )
    return Filters(
        statuses=frozenset(statuses),  # type: ignore[arg-type]
        category_ids=frozenset(categories[slug].id for slug in slugs),
        tags=query.tags,
        author=query.author,
        languages=frozenset({spoken}) if spoken else frozenset(),  # type: ignore[arg-type]
    )


@blueprint.get("/search")
def index() -> str:
    """Results for ?q=, solved first, narrowed by ?status=, ?category= and ?language=."""
    typed = normalise_line(request.args.get("q", ""))[: limits.SEARCH_MAX]
    query = parse(typed)
    categories = {category.slug: category for category in db.session.scalars(select(Category))}
    chosen = {
        "status": _chosen("status", STATUSES),
        "category": _chosen("category", categories),
        "language": _chosen("language", LANGUAGES),
    }
    hits, results, page, is_available = Hits(), list[Found](), PageOf(1, 1, 0), True
    if query:
        limits.spend_here("search", _who())
        asked = asked_page(PAGES_MAX).number
        filters = _filters(query, categories, chosen["status"], chosen["category"], chosen["language"])
        try:
            hits, results = search(
                query, filters, language(), offset=(asked - 1) * limits.PAGE_ROWS, limit=limits.PAGE_ROWS
            )
        except IndexUnavailable as error:
            log.error("search is unavailable: %s", error)
            is_available = False
        last = min(PAGES_MAX, -(-hits.total // limits.PAGE_ROWS))
        page = asked_page(last, hits.total)

    def address(**changes: object) -> str:
        values = {"q": typed} | chosen | changes
        return f"{request.path}?{urlencode({name: value for name, value in values.items() if value})}"

    return render_template(
        "search_index/search.html",
        typed=typed,
        query=query,
        hits=hits,
        results=results,
        page=page,
        chosen=chosen,
        categories=categories,
        categories_by_id={category.id: category for category in categories.values()},
        is_available=is_available,
        address=address,
    )


@blueprint.get("/similar")
def similar() -> str:
    """A fragment: solved cases like ?title= and ?body=, for the page on which ?draft= is being written."""
    title = normalise_line(request.args.get("title", ""))[: limits.TITLE_MAX]
    body = request.args.get("body", "")[:BODY_READ]
    limits.spend_here("similar", _who())
    viewer = current_user if current_user.is_authenticated else None
    spoken = _chosen("language", LANGUAGES) or language()
    return render_template(
        "search_index/_similar.html",
        cases=similar_cases(title, body, spoken, viewer),
        draft=request.args.get("draft", "")[:64],
    )
