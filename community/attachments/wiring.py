"""How this room hangs in the app."""

from __future__ import annotations

from flask import Flask

from ..core import doctor, sealing
from . import keeping, routes
from .models import Attachment, AttachmentBytes


def init_app(app: Flask) -> None:
    """Register the address of files, what is sealed, what the doctor asks, and the name of a file for templates."""
    app.register_blueprint(routes.blueprint)
    sealing.keeps(Attachment.sealed_name)
    sealing.keeps(AttachmentBytes.sealed_content)
    doctor.add_check("attachments", keeping.problems, keeping.drop_leftovers)
    app.jinja_env.globals["attachment_name"] = keeping.name_of
