"""How rating hangs in the app."""

from __future__ import annotations

from flask import Flask

from ...core import sealing
from .. import facets
from . import giving, policy, queries, words
from .models import Rating
from .routes import blueprint


def init_app(app: Flask) -> None:
    """Addresses, template globals, the facet of threads' pages, and the sealed column."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        can_rate=policy.can_rate,
        rating_of=queries.rating_of,
        rating_comment_of=queries.comment_of,
        rating_questions=words.QUESTIONS,
        rating_answers=words.ANSWERS,
        RATING_COMMENT_MAX=giving.COMMENT_MAX,
    )
    facets.shows(app, queries.no_rating_here)
    sealing.keeps(Rating.sealed_comment)
