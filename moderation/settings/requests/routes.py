"""The page of requests: each category's menu, its order, its archive; and one request as it is now."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from community.accounts.permissions import Verb
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.core.i18n import language
from community.core.incoming import asked_id
from community.intake.requests import keeping
from community.intake.requests.models import Request
from community.intake.requests.queries import request_of_slug
from community.threads.models import Category

from ...access import need, put_door
from . import drafts, queries, words

blueprint = put_door(Blueprint("request_settings", __name__, url_prefix="/moderation/settings/requests"))


@blueprint.before_request
def guard() -> None:
    """Refuse whoever may not build requests."""
    need(Verb.REQUESTS)


def _request(slug: str) -> Request:
    return request_of_slug(slug) or abort(404)


def _done(sentence: str) -> Response:
    flash(sentence, "done")
    return redirect(url_for("request_settings.index"), 303)


@blueprint.get("")
def index() -> str:
    """All of them, by category."""
    return render_template(
        "moderation/settings/requests/index.html",
        menus=queries.menus(),
        drafts=drafts.drafts_of(current_user),
        categories=queries.open_categories(),
    )


@blueprint.get("/<slug>")
def one(slug: str) -> str:
    """One of them: its form as it is now, who made which version, and who is changing it."""
    request_ = _request(slug)
    versions = queries.versions_of(request_)
    return render_template(
        "moderation/settings/requests/request.html",
        request_=request_,
        versions=versions,
        form=versions[0][0].form(),
        threads=queries.threads_asked(request_),
        others=drafts.drafts_of_others(request_, current_user),
        words=words,
        language=language(),
    )


@blueprint.post("/<slug>")
def change(slug: str) -> Response:
    """Begin to change it, or go on."""
    request_ = _request(slug)
    with writing():
        draft = drafts.begin(request_, by=current_user)
        draft_id = draft.id
    return redirect(url_for("form_drafts.one", draft_id=draft_id), 303)


@blueprint.post("/<slug>/swap")
def swap(slug: str) -> Response:
    """Put it in the place of its neighbour (`with`), and the neighbour in its place."""
    request_, neighbour = _request(slug), asked_id("with")
    with writing():
        order = queries.swapped(request_, neighbour or 0)
        if order is None:
            raise Conflict(_("The menu has changed meanwhile. Look at it again, then put it in order."))
        keeping.reorder(db.session.get_one(Category, request_.category_id), order, by=current_user)
    return _done(_("The order is changed."))


@blueprint.post("/<slug>/archive")
def archive(slug: str) -> Response:
    """Offer it to nobody any more."""
    request_ = _request(slug)
    with writing():
        keeping.archive(request_, by=current_user)
    return _done(_("The request is archived. Nobody is offered it any more; threads keep their facts."))


@blueprint.post("/<slug>/unarchive")
def unarchive(slug: str) -> Response:
    """Offer it again."""
    request_ = _request(slug)
    with writing():
        keeping.unarchive(request_, by=current_user)
    return _done(_("The request stands in its menu again."))
