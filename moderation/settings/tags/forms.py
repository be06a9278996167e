"""What is typed on the page of tags: one word, or the name of a tag that is there."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.limits import SEARCH_MAX, TAG_MAX
from community.core.text import normalise_line
from community.threads import queries
from community.threads.models import Tag
from community.threads.tag_keeping import Key
from community.threads.tagging import read_tags


def word(field: str) -> str:
    """The one word in this field, cleaned as tags are. Raises Invalid."""
    typed = normalise_line(request.form.get(field, ""))
    if len(typed) > TAG_MAX:
        raise Invalid(_("At most %(count)s characters fit here.", count=TAG_MAX), field)
    words = read_tags(typed)
    if len(words) != 1:
        raise Invalid(_("Write one word of letters, digits and hyphens."), field)
    return words[0]


def other_tag(field: str) -> Tag:
    """The tag that the field names, by its name or another word for it. Raises Invalid."""
    found = queries.tag_named(word(field))
    if found is None:
        raise Invalid(_("There is no tag of this name."), field)
    return found


def asked() -> tuple[str, Key | None]:
    """What the list is to hold, and behind which row it begins."""
    count, _sign, name = request.args.get("after", "").partition("_")
    key = Key(int(count), name) if name and count.isdecimal() and len(count) < 10 else None
    return normalise_line(request.args.get("q", ""))[:SEARCH_MAX], key
