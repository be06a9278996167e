"""How this room hangs in the app."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from ..accounts import erasing
from ..core import clock, doctor, text
from . import addresses, closing, grounds, policy, queries, repair
from .promise import WINDOW, Promise, median_wait, wait_in_words
from .rating import giving
from .rating import wiring as rating
from .routes import blueprint


def _median_first_answer() -> timedelta | None:
    found = queries.first_answers(clock.now() - WINDOW)
    return median_wait(found.answered, found.unanswered)


def init_app(app: Flask) -> None:
    """Register addresses, template globals and checks."""
    app.register_blueprint(blueprint)
    rating.init_app(app)
    erasing.erases(giving.forget_comments_of)
    app.extensions["theke-promise"] = Promise(_median_first_answer)
    app.jinja_env.globals.update(
        {name: getattr(policy, name) for name in dir(policy) if name.startswith("can_")},
        thread_address=addresses.thread_address,
        post_address=addresses.post_address,
        permalink=addresses.permalink,
        closing_of=closing.closing_of,
        why_hidden=grounds.why_hidden,
    )
    app.jinja_env.filters.update(wait=wait_in_words, excerpt=text.excerpt)
    app.jinja_env.tests["hidden_post"] = lambda entry: isinstance(entry, queries.HiddenPost)
    erasing.counts("threads", _l("Threads"), queries.threads_by, stays=True)
    erasing.counts("posts", _l("Posts"), queries.posts_by, stays=True)
    doctor.add_check("counts", repair.drift, repair.repair)
