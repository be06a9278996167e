"""Alembic's entry: runs the migrations in one write transaction of the app's own engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

config = context.config
db = current_app.extensions["migrate"].db


def _ignore_empty(context_, revision, directives):  # type: ignore[no-untyped-def]
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _plain_types(kind, item, autogen_context):  # type: ignore[no-untyped-def]
    """Migrations name plain column types, so that they stay true when the code's own types change."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Online only: there is always a database."""
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments.setdefault("process_revision_directives", _ignore_empty)
    with db.engine.connect().execution_options(theke_write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            render_item=_plain_types,
            **arguments,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
