"""The address of an attachment."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from ..core.security import hash_token
from . import keeping
from .serving import answer, may_fetch, with_headers

blueprint = Blueprint("attachments", __name__)


@blueprint.get("/files/<secret>")
def file(secret: str) -> Response:
    """The attachment's bytes."""
    attachment = keeping.by_secret(secret)
    viewer = current_user if current_user.is_authenticated else None
    if attachment is None or not may_fetch(attachment, viewer):
        abort(404)
    etag = f'"{hash_token(attachment.secret)[:20]}"'
    if not attachment.is_private and etag in request.headers.get("If-None-Match", ""):
        return with_headers(Response(status=304), attachment, etag)
    return with_headers(answer(attachment), attachment, etag)
