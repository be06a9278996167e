"""What is personal in texts on this site: what is personal anywhere, and the site's own numbers."""

from __future__ import annotations

from ..core.personal_data import Finding, find
from .number_patterns import patterns_now


def found_in(text: str) -> list[Finding]:
    """What is personal in this Markdown, in its order."""
    return find(text, patterns_now())


def findings_in(*texts: str) -> list[list[Finding]]:
    """The same of several texts (a title and what stands under it), for each of them."""
    patterns = patterns_now()
    return [find(text, patterns) for text in texts]
