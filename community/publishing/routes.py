"""Feeds, the sitemap, robots.txt and pictures: the same for everyone, whoever asks, and what a stranger may read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from ..core import limits, pages
from ..core.i18n import force_locale, language, visitor_language
from ..core.security import client_network
from ..threads import queries
from ..threads.addresses import thread_address
from ..threads.models import State, Thread
from ..threads.queries import Show, Within
from ..threads.routes import absent, thread_stamp
from ..threads.visibility import visible_thread
from . import feeds, sitemap
from .feeds import ENTRIES, Feed
from .pictures import Card, Pictures

blueprint = Blueprint("publishing", __name__)
_XML = "application/xml; charset=utf-8"
STATE_WORDS = {
    State.SOLVED: _l("Solved"),
    State.NEEDS_STAFF: _l("Needs an answer"),
    State.WAITING: _l("Waiting for the asker"),
    State.CLOSED: _l("Closed"),
}
#: What a list shows that has a feed; the others are one reader's own.
WITH_FEED = (Show.NEW, Show.NEEDS_ANSWER, Show.SOLVED)


def public_thread(thread_id: int) -> Thread:
    """The thread, if everyone may read it; 404 or 410 else."""
    return visible_thread(thread_id, None, joinedload(Thread.category)) or absent(thread_id)


# --- Feeds


@blueprint.get("/threads/feed.atom")
@pages.for_visitors(pages.lists_stamp)
def feed_of_threads() -> Response:
    """The threads in which somebody wrote last; `?show=` as on the list itself."""
    with force_locale(visitor_language()):
        return _list_feed("threads", _("Threads"), Within(), url_for("threads.index"))


@blueprint.get("/categories/<slug>/feed.atom")
@pages.for_visitors(pages.lists_stamp)
def feed_of_category(slug: str) -> ResponseReturnValue:
    """The same, of a category; what its address was once leads here."""
    found = queries.category_named(slug) or abort(404)
    if slug != found.slug:
        return _for_good(url_for("publishing.feed_of_category", slug=found.slug))
    with force_locale(visitor_language()):
        address = url_for("threads.category", slug=found.slug)
        return _list_feed(f"categories/{found.id}", found.name_in(language()), Within(category=found), address)


@blueprint.get("/tags/<name>/feed.atom")
@pages.for_visitors(pages.lists_stamp)
def feed_of_tag(name: str) -> ResponseReturnValue:
    """The same, of a tag; under another word for it, its address leads here."""
    found = queries.tag_named(name) or abort(404)
    if name != found.name:
        return _for_good(url_for("publishing.feed_of_tag", name=found.name))
    with force_locale(visitor_language()):
        title, address = _("Tag: %(name)s", name=found.name), url_for("threads.tag", name=found.name)
        return _list_feed(f"tags/{found.id}", title, Within(tag=found), address)


def _for_good(address: str) -> ResponseReturnValue:
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return redirect(address + query, 301)


def _list_feed(name: str, title: str, within: Within, page: str) -> Response:
    show = _asked_show()
    narrowed = "" if show is Show.NEW else f"?show={show.value}"
    return feeds.answer_with(
        Feed(
            name=f"{name}/{show.value}",
            title=f"{title} · {current_app.config['SITE_NAME']}",
            language=language(),
            path=f"{request.script_root}{request.path}{narrowed}",
            page=f"{page}{narrowed}",
            entries=feeds.thread_entries(queries.threads_to_show(show, within, None, None, ENTRIES).threads),
        )
    )


def _asked_show() -> Show:
    try:
        show = Show(request.args.get("show", Show.NEW))
    except ValueError:
        return Show.NEW
    return show if show in WITH_FEED else Show.NEW


def _stamp_of_thread(thread_id: int) -> tuple[Any, ...]:
    return thread_stamp(thread_id, "")


@blueprint.get("/threads/<int:thread_id>/feed.atom")
@pages.for_visitors(_stamp_of_thread)
def feed_of_thread(thread_id: int) -> Response:
    """The newest posts of a thread."""
    thread = public_thread(thread_id)
    with force_locale(visitor_language()):
        return feeds.answer_with(
            Feed(
                name=f"threads/{thread.id}",
                title=f"{thread.title} · {current_app.config['SITE_NAME']}",
                language=language(),
                path=url_for("publishing.feed_of_thread", thread_id=thread.id),
                page=thread_address(thread),
                entries=feeds.post_entries(thread),
            )
        )


# --- For robots


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where robots need not go, and where the sitemap is."""
    return Response(render_template("community/publishing/robots.txt"), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """Every part of the sitemap."""
    limits.spend_here("sitemap", client_network())
    parts: sitemap.Parts = current_app.extensions["theke-sitemap"]
    return Response(sitemap.index(parts.now()), content_type=_XML)


@blueprint.get("/sitemap/places.xml")
def sitemap_of_places() -> Response:
    """The front page and the categories."""
    limits.spend_here("sitemap", client_network())
    return Response(sitemap.places(), content_type=_XML)


@blueprint.get("/sitemap/threads-<int:number>.xml")
def sitemap_of_threads(number: int) -> Response:
    """Solved threads of one range of ids."""
    return _sent_in_pieces(sitemap.threads(number))


@blueprint.get("/sitemap/tags-<int:number>.xml")
def sitemap_of_tags(number: int) -> Response:
    """Tags of one range of ids."""
    return _sent_in_pieces(sitemap.tags(number))


def _sent_in_pieces(pieces: Iterator[str]) -> Response:
    limits.spend_here("sitemap", client_network())
    first = next(pieces, None) or abort(404)
    return Response(chain([first], pieces), content_type=_XML)


# --- Pictures


@blueprint.get("/threads/<int:thread_id>/picture.png")
def picture_of_thread(thread_id: int) -> Response:
    """What other sites show beside a link to this thread."""
    return _picture(card_of(public_thread(thread_id)))


@blueprint.get("/picture.png")
def picture_of_site() -> Response:
    """What other sites show beside a link to any other page."""
    return _picture(card_of(None))


def card_of(thread: Thread | None) -> Card:
    """What the picture of a thread says, in the thread's language; that of the site has its name as title."""
    site, accent = current_app.config["SITE_NAME"], current_app.config["SITE_ACCENT"]
    if thread is None:
        return Card(title=site, site="", accent=accent)
    with force_locale(thread.language):
        return Card(thread.title, site, str(STATE_WORDS[thread.state]), thread.state is State.SOLVED, accent)


def _picture(card: Card) -> Response:
    """Drawn on the first asking. What is drawn is counted, so that nobody keeps the server busy with drawing."""
    pictures: Pictures = current_app.extensions["theke-pictures"]
    if f'"{card.etag}"' in request.headers.get("If-None-Match", ""):
        response = Response(status=304)
    else:
        drawn = pictures.get(card)
        if drawn is None:
            limits.spend_here("picture", client_network())
            drawn = pictures.draw(card)
        response = Response(drawn, content_type="image/png")
    response.headers["ETag"] = f'"{card.etag}"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to be shown elsewhere
    return response
