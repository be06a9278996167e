"""Every page that strangers and customers can read: axe finds nothing in light and dark, nothing is wider than the screen, no control is cut
off, dark is dark, the page says its language. One visit a page, for there are many."""

from __future__ import annotations

import pytest

from tests.journeys.looking import look_at_every_page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("name", "language", "is_asked"),
    [(None, "en", True), (None, "de", False), ("alice", "de", True), ("emily", "en", False)],
    ids=lambda value: str(value),
)
def test_every_page_fits_and_axe_finds_nothing(somebody, name, language, is_asked):
    """axe is asked once in each language for strangers or customers: no more can be wrong with the same page."""
    found = look_at_every_page(somebody(name, language=language), name, is_asked=is_asked)
    assert not found, "\n".join(found)
