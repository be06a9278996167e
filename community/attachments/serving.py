"""`/files/<secret>`: served to whoever sent it, and to whom a room says so; for everybody else it does not exist.

Pictures, which were all drawn anew, are shown in the page; everything else is saved, never opened here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, abort, current_app

from ..accounts.models import Person
from ..core.sealing import Unreadable
from . import keeping
from .models import Attachment

logger = logging.getLogger(__name__)

Judge = Callable[[Attachment, Person | None], bool]
_JUDGES = "theke-attachment-judges"
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def shown_to(app: Flask, judge: Judge) -> None:
    """Let `judge` say who may fetch an attachment, besides its owner. Any judge's yes is enough."""
    app.extensions.setdefault(_JUDGES, []).append(judge)


def may_fetch(attachment: Attachment, viewer: Person | None) -> bool:
    """Its owner always; others if a judge says so."""
    if viewer is not None and viewer.id == attachment.owner_id:
        return True
    judges: list[Judge] = current_app.extensions.get(_JUDGES, [])
    return any(judge(attachment, viewer) for judge in judges)


def answer(attachment: Attachment) -> Response:
    """Its bytes; 404, with a line in the log, if they are lost or no key opens them."""
    try:
        content, name = keeping.content(attachment), keeping.name_of(attachment)
    except (Unreadable, LookupError) as error:
        logger.error("attachment %d cannot be served (%s)", attachment.id, type(error).__name__)
        abort(404)
    is_text = attachment.media_type == "text/plain"
    response = Response(
        content, content_type=f"{attachment.media_type}; charset=utf-8" if is_text else attachment.media_type
    )
    response.headers.set("Content-Disposition", "inline" if attachment.is_picture else "attachment", filename=name)
    return response


def with_headers(response: Response, attachment: Attachment, etag: str) -> Response:
    """Whatever it is, it runs nothing and names nobody; a private one is stored nowhere."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store" if attachment.is_private else "private, no-cache"
    if not attachment.is_private:
        response.headers["ETag"] = etag
    return response
