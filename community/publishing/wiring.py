"""How publishing hangs in the app: its addresses, and what templates say in the heads of pages."""

from __future__ import annotations

from flask import Flask, url_for

from ..core.i18n import asked_language, language
from ..threads.queries import Show, Within
from .addresses import absolute
from .pictures import Pictures
from .routes import WITH_FEED, blueprint, card_of
from .sitemap import Parts
from .structured import question_page


def feed_of_list(within: Within, show: Show) -> str | None:
    """The path of the feed that follows this list; None for a reader's own list."""
    if show not in WITH_FEED or within.author is not None:
        return None
    narrowed = None if show is Show.NEW else show.value
    if within.category is not None:
        return url_for("publishing.feed_of_category", slug=within.category.slug, show=narrowed, lang=language())
    if within.tag is not None:
        return url_for("publishing.feed_of_tag", name=within.tag.name, show=narrowed, lang=language())
    return url_for("publishing.feed_of_threads", show=narrowed, lang=language())


def init_app(app: Flask) -> None:
    """Register everything."""
    app.register_blueprint(blueprint)
    app.extensions["theke-pictures"] = Pictures()
    app.extensions["theke-sitemap"] = Parts()
    app.jinja_env.globals.update(
        public_address=absolute,
        asked_language=asked_language,
        feed_of_list=feed_of_list,
        question_page=question_page,
        card_of=card_of,
    )
