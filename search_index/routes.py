"""/search and what belongs to it: suggestions while typing, finding inside a thread, and saying that a case did not help."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from community.core import clock, limits
from community.core.extensions import csrf, db, writing
from community.core.i18n import ASKED_BY, LANGUAGES, language
from community.core.pages import PageOf, asked_page, do_not_keep, for_visitors, lists_stamp
from community.core.security import client_network, comes_from_here
from community.core.text import normalise_line
from community.intake.similar import similar_cases
from community.threads.models import Category, Thread
from community.threads.queries import address_once, thread_once_at
from community.threads.tagging import meant
from community.threads.visibility import visible_thread

from . import deflection, search_log, synonym_lists
from .documents import STATUSES, Status
from .engines.contract import Filters, Hits, IndexUnavailable
from .finding import Found, meant_instead, search, suggestions
from .in_thread import find_in
from .indexing import engine
from .parsing import Query, parse

log = logging.getLogger("theke.search")
blueprint = Blueprint("search", __name__)
PAGES_MAX = limits.OFFSET_MAX // limits.PAGE_ROWS
BODY_READ = 1_000
AGES = {"week": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=366)}


def _who() -> int | str:
    return current_user.id if current_user.is_authenticated else client_network()


def _chosen(name: str, among: object) -> str:
    value = request.args.get(name, "")
    return value if value in among else ""  # type: ignore[operator]


def _typed(name: str = "q") -> str:
    return normalise_line(request.args.get(name, ""))[: limits.SEARCH_MAX]


# --- The search page


@dataclass(frozen=True)
class Chosen:
    """What the chips narrow the search to; nothing where it is empty."""

    status: str
    category: str
    tag: str
    language: str
    age: str

    @staticmethod
    def asked(categories: dict[str, Category]) -> Chosen:
        """As the address says."""
        return Chosen(
            status=_chosen("status", STATUSES),
            category=_chosen("category", categories),
            tag=_typed("tag").lower()[: limits.TAG_MAX],
            language=_chosen("language", LANGUAGES),
            age=_chosen("age", AGES),
        )

    def filters(self, query: Query, categories: dict[str, Category]) -> Filters:
        """The chips and the operators together; a chip goes before an operator of its kind."""
        slugs = {self.category} if self.category else {slug for slug in query.categories if slug in categories}
        after = clock.now() - AGES[self.age] if self.age else _moment(query.after)
        return Filters(
            statuses=_statuses(self.status, query),
            category_ids=frozenset(categories[slug].id for slug in slugs),
            tags=tuple(meant([*query.tags, *([self.tag] if self.tag else ())])),
            author=query.author,
            languages=frozenset({self.language}) if self.language else frozenset(),  # type: ignore[arg-type]
            created_from=_seconds(after),
            created_before=_seconds(_moment(query.before)),
        )


def _statuses(status: str, query: Query) -> frozenset[Status]:
    if status:
        return frozenset({status})  # type: ignore[arg-type]
    if query.is_solved is None:
        return frozenset()
    return frozenset({"solved"}) if query.is_solved else frozenset(STATUSES) - {"solved"}


def _moment(day: object) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None  # type: ignore[arg-type]


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """Results for ?q=, solved first, narrowed by ?status=, ?category=, ?tag=, ?language= and ?age=."""
    typed = _typed()
    query = parse(typed)
    if query:
        limits.spend_here("search", _who())
    answer: ResponseReturnValue = _results(typed=typed, query=query)
    found = g.pop("found", 1)  # a page that was kept has found something
    if query and found is not None and request.args.keys() <= {"q", ASKED_BY}:  # neither narrowed nor leafed through
        search_log.note(typed, found)
    return answer


def _stamp(**_of_the_page: object) -> tuple[object, ...]:
    """What a page of results depends on: what the index holds, what lists show, the staff's synonyms."""
    try:
        return engine().generation(), *lists_stamp(), *synonym_lists.stamp()
    except IndexUnavailable:
        return ()


@for_visitors(_stamp)
def _results(typed: str, query: Query) -> str:
    categories = {category.slug: category for category in db.session.scalars(select(Category))}
    chosen = Chosen.asked(categories)
    hits, results, page, is_available = Hits(), list[Found](), PageOf(1, 1, 0), True
    if query:
        asked = asked_page(PAGES_MAX).number
        try:
            hits, results = search(
                query,
                chosen.filters(query, categories),
                language(),
                offset=(asked - 1) * limits.PAGE_ROWS,
                limit=limits.PAGE_ROWS,
            )
        except IndexUnavailable as error:
            log.error("search is unavailable: %s", error)
            is_available = False
        page = asked_page(min(PAGES_MAX, -(-hits.total // limits.PAGE_ROWS)), hits.total)
    g.found = hits.total if is_available else None
    if not (hits.total and is_available):
        do_not_keep()

    here = _encoded({"q": typed} | vars(chosen))

    def address(**changes: object) -> str:
        return f"{request.path}?{'&'.join(filter(None, (here | _encoded(changes)).values()))}"

    return render_template(
        "search_index/search.html",
        typed=typed,
        query=query,
        hits=hits,
        results=results,
        meant=meant_instead(typed, results, language()) if query else None,
        page=page,
        chosen=chosen,
        categories=categories,
        categories_by_id={category.id: category for category in categories.values()},
        is_available=is_available,
        address=address,
    )


def _encoded(values: Mapping[str, object]) -> dict[str, str]:
    """Each value as it stands in an address; empty where there is none."""
    return {name: urlencode({name: value}) if value else "" for name, value in values.items()}


@blueprint.get("/search/suggestions")
def suggest() -> str:
    """A fragment: the threads that whoever types ?q= into the header may mean."""
    typed = _typed()
    limits.spend_here("similar", _who())
    found = suggestions(typed, language()) if typed else []
    return render_template("search_index/_suggestions.html", typed=typed, found=found)


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


# --- In a thread


def _thread(thread_id: int) -> Thread:
    once = address_once(thread_id)
    return visible_thread(thread_id, current_user) or thread_once_at(once, current_user) or abort(404)


@blueprint.get("/search/thread/<int:thread_id>")
def in_thread(thread_id: int) -> str:
    """The posts of a thread that say ?q=."""
    thread, typed = _thread(thread_id), _typed()
    limits.spend_here("search", _who())
    viewer = current_user if current_user.is_authenticated else None
    found = find_in(thread, typed, viewer, language()) if typed else []
    return render_template("search_index/in_thread.html", thread=thread, typed=typed, found=found)


@blueprint.post("/threads/<int:thread_id>/unhelped")
@csrf.exempt
def unhelped(thread_id: int) -> Response:
    """A solved case did not help, and ?why= may say why. For everybody: it needs neither account nor cookie, and notes no one."""
    if not comes_from_here():
        abort(403)
    thread = _thread(thread_id)
    limits.spend("vote", str(_who()))
    why = normalise_line(request.form.get("why", ""))[: deflection.WHY_MAX]
    with writing():
        deflection.note_unhelped(thread, why)
    flash(_("Thank you. Ask about your own case, and somebody answers."), "done")
    return redirect(url_for("intake.ask"), 303)
