"""How rooms above narrow a category's list by what they know of its threads. What the address says of it stays on every link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement

from .models import Category

#: Names in the address that narrow: this one, and those that begin so.
REQUEST, ANSWER = "request", "answer-"

Narrowing = Callable[[Category, Mapping[str, str]], list[ColumnElement[bool]]]
_NARROWINGS = "theke-narrowings"


def narrows(app: Flask, narrowing: Narrowing) -> None:
    """`narrowing(category, asked)` gives conditions on Thread for what the address asks; none if it asks nothing."""
    app.extensions.setdefault(_NARROWINGS, []).append(narrowing)


def conditions(category: Category, asked: Mapping[str, str]) -> tuple[ColumnElement[bool], ...]:
    """All conditions on the category's threads."""
    narrowings: list[Narrowing] = current_app.extensions.get(_NARROWINGS, [])
    return tuple(condition for narrowing in narrowings for condition in narrowing(category, asked)) if asked else ()


def kept(asked: Mapping[str, str]) -> dict[str, Any]:
    """What of an address narrows, for the links of the list."""
    return {name: value for name, value in asked.items() if name == REQUEST or name.startswith(ANSWER)}
