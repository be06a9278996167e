"""The one place that knows all three packages: builds the app and hangs every room into it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import moderation.wiring
import search_index.wiring

from . import cli, config, timetable
from .accounts import wiring as accounts
from .attachments import wiring as attachments
from .case_file import wiring as case_file
from .core import (
    assets,
    dev_mail,
    error_pages,
    i18n,
    idempotency,
    incoming,
    mailer,
    pages,
    preferences,
    sealing,
    security,
    sharing,
    site,
    transactions,
)
from .core.extensions import csrf, db, migrate
from .importers import wiring as importers
from .intake import wiring as intake
from .notifications import wiring as notifications
from .publishing import wiring as publishing
from .seed import wiring as seed
from .threads import wiring as threads


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application, ready to serve. `overrides` win over the environment. Raises `config.UnsafeSettings`."""
    app = Flask(
        "theke",
        root_path=str(config.ROOT),
        template_folder=str(config.ROOT / "templates"),
        static_folder=None,
    )
    app.config.update(config.settings(overrides))
    Path(app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    db.init_app(app)
    with app.app_context():
        transactions.prepare_engine(db.engine)
    incoming.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"))
    csrf.init_app(app)
    security.init_app(app)
    i18n.init_app(app)
    pages.init_app(app)
    sharing.init_app(app)
    idempotency.init_app(app)
    mailer.init_app(app)
    sealing.init_app(app)
    dev_mail.init_app(app)
    assets.init_app(app)
    error_pages.init_app(app)
    preferences.init_app(app)
    site.init_app(app)
    timetable.init_app(app)
    for room in (
        accounts,
        threads,
        attachments,
        case_file,
        intake,
        notifications,
        publishing,
        importers,
        seed,
        moderation.wiring,
        search_index.wiring,
    ):
        room.init_app(app)
    cli.init_app(app)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
