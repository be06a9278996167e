"""Where an open desk asks for news, and what for."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import current_user

from community.core import clock
from community.core.i18n import language
from community.core.incoming import LARGEST_ID, asked_id
from community.core.limits import LIST_ROWS
from community.threads.models import Post, Thread

from .. import routes as desk
from ..access import put_door
from ..owning import forms
from ..queue import Filter
from . import counting
from .counting import News

blueprint = put_door(Blueprint("news", __name__, url_prefix="/moderation/news"))
#: A text may be stored a little later than it says: so far back threads are looked at, but for those that the page shows.
OVERLAP = timedelta(seconds=5)
_LATEST = 10**16


@blueprint.get("")
def index() -> Response:
    """The news for the page that this address speaks of, as a fragment; 304 while nothing has changed."""
    chosen = desk.chosen_filter()
    found = News(_waiting(chosen), *_replies())
    etag = hashlib.sha256(f"{found}{language()}{current_user.id}".encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = make_response(
            render_template("moderation/news.html", found=found, filter=chosen, case_id=asked_id("case"))
        )
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response


def address(chosen: Filter, threads: list[Thread], case: Thread | None, posts: list[Post]) -> str:
    """Where a page that shows this asks for news."""
    since = clock.now() - OVERLAP
    seen = [str(thread.id) for thread in threads if thread.waiting_since and thread.waiting_since > since]
    return url_for(
        "news.index",
        since=round(since.timestamp() * 1_000_000),
        threads="-".join(seen) or None,
        case=case.id if case else None,
        seen=max((post.number for post in posts), default=0) if case else None,
        **chosen.as_query(),
    )


def _waiting(chosen: Filter) -> int:
    since = request.args.get("since", type=int) or 0
    if not 0 < since < _LATEST:
        return 0
    moment = datetime.fromtimestamp(since // 1_000_000, UTC) + timedelta(microseconds=since % 1_000_000)
    return counting.newly_waiting(chosen, moment, forms.thread_ids(LIST_ROWS))


def _replies() -> tuple[int, int]:
    case_id, seen = asked_id("case"), request.args.get("seen", type=int)
    if case_id is None or seen is None or not 0 <= seen < LARGEST_ID:
        return 0, 0
    return counting.new_replies(case_id, seen)
