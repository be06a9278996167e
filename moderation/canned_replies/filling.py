"""A canned reply's text becomes a reply: what stands in braces is a variable, and each variable has a value or is refused.

`{customer}` `{contact}` `{staff}` `{category}` `{case}`, and `{case:123}` for a link to the public thread 123. A single brace
is no variable and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.incoming import LARGEST_ID

VARIABLES = ("customer", "contact", "staff", "category", "case")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_CASE = re.compile(r"case:([1-9][0-9]{0,9})")
_SHOWN = 40


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with `values` in the places of their variables; what a value holds is not looked into again.

    Raises Invalid, naming it, for what stands in braces and has no value.
    """
    check(text, values)
    return _IN_BRACES.sub(lambda found: values[found[1]], text)


def check(text: str, known: Container[str]) -> None:
    """Raises Invalid, naming it, for the first thing in braces that is not among the `known` variables."""
    for name in variables_in(text):
        if name not in known:
            raise Invalid(_complaint(name))


def variables_in(text: str) -> list[str]:
    """What stands in braces, each once, in its order."""
    return list(dict.fromkeys(_IN_BRACES.findall(text)))


def cases_in(*texts: str) -> dict[str, int]:
    """The threads that `{case:123}` names in these texts: 'case:123' -> 123."""
    numbers = {name: _number(name) for text in texts for name in variables_in(text)}
    return {name: number for name, number in numbers.items() if number is not None}


def _number(name: str) -> int | None:
    match = _CASE.fullmatch(name)
    return int(match[1]) if match and int(match[1]) <= LARGEST_ID else None


def _complaint(name: str) -> str:
    if (number := _number(name)) is not None:
        return str(_("{case:%(number)s} leads nowhere: there is no public thread of that number.", number=number))
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return str(
        _(
            "{%(name)s} is no variable. There are: %(known)s.",
            name=shown,
            known=", ".join(f"{{{v}}}" for v in VARIABLES),
        )
    )
