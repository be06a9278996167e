"""/dev/mail: in development, what was mailed is read here. In production these addresses do not exist.

The list and a mail's text stand in the site's own frame; its HTML is a page of its own, in a sandbox without scripts.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, make_response, render_template
from sqlalchemy import select

from .extensions import db
from .limits import LIST_ROWS
from .mailer import Mail

SANDBOX = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; sandbox"
)

blueprint = Blueprint("dev_mail", __name__, url_prefix="/dev/mail")


@blueprint.get("")
def mail_list() -> str:
    """The latest mails, newest first."""
    return render_template(
        "dev/mail_list.html", mails=list(db.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(LIST_ROWS)))
    )


@blueprint.get("/<int:mail_id>")
def mail(mail_id: int) -> str:
    """One mail: its head and its text."""
    return render_template("dev/mail.html", mail=_found(mail_id))


@blueprint.get("/<int:mail_id>/html")
def mail_html(mail_id: int) -> Response:
    """One mail's HTML, as a mail program would show it."""
    response = make_response(_found(mail_id).html)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _found(mail_id: int) -> Mail:
    return db.session.get(Mail, mail_id) or abort(404)


def init_app(app: Flask) -> None:
    """Register the addresses, in development only."""
    if app.config["DEVELOPMENT"]:
        app.register_blueprint(blueprint)
