"""Where systems tell of contacts. They are programs: answers are JSON, in English."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from ...core.errors import TooMany
from ...core.extensions import csrf, db
from . import receiving
from .models import Hook

blueprint = csrf.exempt(Blueprint("hooks", __name__))


@blueprint.post("/hooks/<int:hook_id>/contacts")
def receive(hook_id: int) -> Response:
    """A contact was made, changed or is withdrawn."""
    hook = db.session.get(Hook, hook_id)
    if hook is None or hook.disabled_at is not None:
        abort(_problem("there is no such hook", 404))
    if (request.content_length or 0) > receiving.LARGEST:
        abort(_problem(f"at most {receiving.LARGEST} bytes", 413))
    body = request.stream.read(receiving.LARGEST + 1)
    if len(body) > receiving.LARGEST:
        abort(_problem(f"at most {receiving.LARGEST} bytes", 413))
    return jsonify(receiving.receive(hook, {name.lower(): value for name, value in request.headers.items()}, body))


@blueprint.errorhandler(receiving.Unsigned)
@blueprint.errorhandler(receiving.Refused)
def _refused(error: receiving.Unsigned | receiving.Refused) -> Response:
    db.session.rollback()
    return _problem(str(error.message), error.status)


@blueprint.errorhandler(TooMany)
def _too_many(error: TooMany) -> Response:
    response = _problem(f"too many calls; again in {error.wait_seconds} s", 429)
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _problem(detail: str, status: int) -> Response:
    response = jsonify({"error": detail})
    response.status_code = status
    return response
