"""The search for solved cases on pages of other sites: a script that builds a form, and the answers that it asks for.

Only sites that the operator has named may read the answers in a browser. No cookie is read or set, so that nobody's session
takes part; what is answered is what every stranger finds on /search.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from sqlalchemy import select

from community.config import ROOT
from community.core import limits
from community.core.errors import TooMany
from community.core.extensions import db
from community.core.i18n import LANGUAGES, asked_language, force_locale
from community.core.security import client_network
from community.core.text import normalise_line
from community.publishing.addresses import absolute
from community.threads.addresses import thread_address
from community.threads.models import Category, State

from . import search_log
from .engines.contract import IndexUnavailable
from .finding import Found, pieces_of, search
from .parsing import parse
from .routes import Chosen

blueprint = Blueprint("widget", __name__)
SHOWN = 5
SCRIPT = ROOT / "static" / "widget" / "widget.js"
NOTHING: dict[str, Any] = {"is_available": True, "total": 0, "cases": []}
_KEPT = "public, max-age=3600"


@blueprint.get("/widget.js")
def script() -> Response:
    """The script, with its words in every language. Any site may load it."""
    words = json.dumps({spoken: _words(spoken) for spoken in LANGUAGES}, ensure_ascii=False)
    own = json.dumps(current_app.config["SITE_LANGUAGE"])
    source = SCRIPT.read_text().replace('"WORDS"', words).replace('"LANGUAGE"', own)
    response = Response(source, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = _KEPT
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


def _words(spoken: str) -> dict[str, str]:
    with force_locale(spoken):
        return {
            "label": _("Search solved cases"),
            "search": _("Search"),
            "looking": _("Searching …"),
            "found": _("Solved cases found:"),
            "none": _("No solved case found."),
            "ask": _("Ask about this"),
            "all": _("All results"),
            "failed": _("The search does not answer here."),
            "there": _("Search in the community"),
        }


@blueprint.get("/widget/cases")
def cases() -> Response:
    """Solved public cases for `?q=`, at most five, as JSON: title, address, state, language and passage of each.

    While there is no index, `is_available` is false. `?category=`, `?tag=` and `?language=` narrow the search, `?lang=` says
    in which language it is meant. For named sites only.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in current_app.config["WIDGET_ORIGINS"]:
        return _answered({"problem": "This site may not ask: WIDGET_ORIGINS does not name it."}, 403)
    try:
        limits.spend_here("widget", client_network())
        answered = _answered(_found(), 200)
    except TooMany as refusal:
        answered = _answered({"problem": "Too often in a short time."}, 429)
        answered.headers["Retry-After"] = str(refusal.wait_seconds)
    except IndexUnavailable:
        answered = _answered(NOTHING | {"is_available": False}, 200)
    if origin is not None:
        answered.headers["Access-Control-Allow-Origin"] = origin
    return answered


def _answered(what: dict[str, Any], status: int) -> Response:
    response = Response(json.dumps(what, ensure_ascii=False), status, content_type="application/json")
    response.headers["Vary"] = "Origin"
    return response


def _found() -> dict[str, Any]:
    query = parse(normalise_line(request.args.get("q", ""))[: limits.SEARCH_MAX])
    if not query:
        return NOTHING
    categories = {category.slug: category for category in db.session.scalars(select(Category))}
    chosen = replace(Chosen.asked(categories), status="solved")
    spoken = asked_language() or current_app.config["SITE_LANGUAGE"]
    hits, found = search(query, chosen.filters(query, categories), spoken, offset=0, limit=SHOWN)
    with force_locale(spoken):
        search_log.note(query.text, hits.total)
        shown = [_case(each) for each in found if each.state is State.SOLVED]  # the index may still think so
    return {"is_available": True, "total": hits.total, "cases": shown}


def _case(found: Found) -> dict[str, Any]:
    return {
        "title": found.thread.title,
        "url": absolute(thread_address(found)),
        "state": _("Solved"),
        "language": found.language,
        "passage": [piece._asdict() for piece in pieces_of(found.quoted) if piece.text] if found.quoted else [],
    }
