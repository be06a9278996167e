"""What staff fill in to write a note."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, TextAreaField

from community.threads.forms import as_text, has_words


class NoteForm(Form):
    """A staff note; judged as a post is."""

    body = TextAreaField(_l("Note"), filters=[as_text], validators=[has_words])

    @property
    def text(self) -> str:
        """What was written, made uniform."""
        return self.body.data or ""
