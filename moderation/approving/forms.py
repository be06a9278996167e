"""What staff type in the settings: for each category how many posts, as whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.text import normalise_line
from community.threads.models import Category

from .setting import MOST, Rule

FIELDS = ("first_posts", "link_posts")


def field_name(field: str, category: Category) -> str:
    """The name of a category's field."""
    return f"{field}-{category.id}"


def rules_in(typed: Mapping[str, str], categories: Sequence[Category]) -> dict[int, Rule]:
    """The rules as they were sent, by category. Raises Invalid that names the first field that is wrong."""
    return {each.id: Rule(*(_number(typed, field_name(field, each)) for field in FIELDS)) for each in categories}


def _number(typed: Mapping[str, str], name: str) -> int:
    text = normalise_line(typed.get(name, ""))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MOST):
        raise Invalid(_("Use a whole number from 0 to %(most)d.", most=MOST), name)
    return int(text)
