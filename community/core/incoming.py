"""What may come in. An address holds numbers that a row can have, and no NUL; any other address does not exist.
A form of plain fields is at most MAX_FORM_MEMORY_SIZE long; only uploads may be larger."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2_147_483_647


class IdConverter(IntegerConverter):
    """`<int:...>` in addresses: an id that both databases can look for."""

    def __init__(self, map: Map, max: int | None = LARGEST_ID) -> None:  # noqa: A002
        super().__init__(map, max=max)


def asked_id(name: str) -> int | None:
    """The id in the query or form under this name, or None if there is none that a row could have."""
    number = request.values.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ID else None


def refuse_unwritable() -> None:
    """PostgreSQL cannot be asked for a text with a NUL in it, so nothing has such a name."""
    if "\0" in request.path or (b"%00" in request.query_string and "\0" in "".join(request.args.values())):
        abort(404)


def limit_forms() -> None:
    """Werkzeug limits the fields of uploads by itself, but not those of plain forms."""
    if request.content_type and request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def init_app(app: Flask) -> None:
    """Before any address is registered, and before anybody reads a form."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(refuse_unwritable)
    app.before_request(limit_forms)
