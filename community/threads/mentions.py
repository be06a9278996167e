"""Who is meant by an @name; and the one way from what somebody typed to `Words`, ready to be posted.

All persons named in a text are looked up by one query before it is rendered, so the renderer never waits for the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import url_for
from sqlalchemy import select

from ..accounts.models import Person
from ..accounts.queries import persons_named
from ..core import limits, site, text
from ..core.extensions import db
from .models import Post
from .posting import Words

_NAME = re.compile(r"@(\w(?:[\w.-]{0,38}\w)?)")
_MOST_LOOKED_UP = 5 * limits.MENTIONS_MAX


def words_of(source: str, source_format: str = "markdown") -> Words:
    """The words of a post: made uniform, rendered with its mentions. Call it before `writing()`: it can take a while."""
    source = text.normalise(source)
    people = people_named_in(source)

    def address_of(name: str) -> str | None:
        return url_for("threads.person", name=people[name].name) if name in people else None

    render = text.render_html if source_format == "html" else text.render
    rendered = render(source, mentions=address_of, own_hosts=site.own_hosts())
    mentioned = tuple(dict.fromkeys(people[name].id for name in rendered.mentioned))
    return Words(source, rendered, mentioned, source_format)


def people_named_in(source: str) -> dict[str, Person]:
    """The persons whose names stand in `source` with an `@`, by the name as written; at most a hundred are looked up."""
    names = list(dict.fromkeys(_NAME.findall(source)))[:_MOST_LOOKED_UP]
    return persons_named(names) if names else {}


def unlink(post_ids: Iterable[int], name: str) -> None:
    """In these posts `@name` is text and no link any more: there is nobody behind it. The source stays as it was typed."""
    link = re.compile(rf'<a href="[^"]*/people/[^"]*">(@{re.escape(name)})</a>', re.IGNORECASE)
    for post in db.session.scalars(select(Post).where(Post.id.in_(list(post_ids)))):
        post.html = link.sub(r"\1", post.html)
