"""What else looks at a draft before it is posted. Other rooms register here; each says what stops it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from werkzeug.datastructures import MultiDict

from .models import Draft

#: `check(draft, sent)`: a sentence that stops the posting, or None. `sent`: what the page *check* sent (see its form).
Check = Callable[[Draft, MultiDict[str, str]], Any]
_CHECKS = "theke-checks-of-drafts"


def add_check(app: Flask, check: Check) -> None:
    """Let `check` look at every draft that is about to be posted."""
    app.extensions.setdefault(_CHECKS, []).append(check)


def what_stops(draft: Draft, sent: MultiDict[str, str]) -> list[Any]:
    """The sentences of all checks that object."""
    checks: list[Check] = current_app.extensions.get(_CHECKS, [])
    return [sentence for sentence in (check(draft, sent) for check in checks) if sentence]
