"""A text costs its length, however it is made."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from community.core.text import difference, normalise, render
from community.core.text.bounds import RENDER_CPU_SECONDS
from community.core.text.rendering import render_here, render_html_here
from tests.core.corpus import hostile_html, hostile_shapes, once

pytestmark = once

SMALL, LARGE = 8_000, 32_000
FREE_SECONDS = 0.1
"""Below this a measurement says more about the machine than about us."""
WORST_GROWTH = 4 * 3
"""Four times the text may cost four times as much, and thrice that on a noisy machine; the square would be sixteen."""


def cpu_seconds(work: Callable[[], object], runs: int) -> float:
    """The least of some runs."""
    measured = []
    for _ in range(runs):
        start = time.process_time()
        work()
        measured.append(time.process_time() - start)
    return min(measured)


def is_linear(work: Callable[[str], object], small: str, large: str, runs: int) -> bool:
    cost = cpu_seconds(lambda: work(large), runs)
    grown = cost / max(0.001, cpu_seconds(lambda: work(small), runs))
    return cost < FREE_SECONDS or (cost < RENDER_CPU_SECONDS and grown < WORST_GROWTH)


def assert_linear(work: Callable[[str], object], small: str, large: str) -> None:
    """A single run may be disturbed; the least of five is not."""
    assert is_linear(work, small, large, runs=1) or is_linear(work, small, large, runs=5)


NAMES = list(dict(hostile_shapes(100)))
HTML_NAMES = list(dict(hostile_html(100)))


@pytest.mark.parametrize("size", [4_000, 32_000])
def test_every_hostile_shape_is_rendered_by_a_child_within_its_limits(size):
    assert {name for name, source in hostile_shapes(size) if render(source).degraded} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_cost_of_a_hostile_shape_grows_with_its_length(name):
    small, large = dict(hostile_shapes(SMALL))[name], dict(hostile_shapes(LARGE))[name]
    assert_linear(render_here, small, large)


@pytest.mark.parametrize("name", HTML_NAMES)
def test_the_cost_of_hostile_html_grows_with_its_length(name):
    small, large = dict(hostile_html(SMALL))[name], dict(hostile_html(LARGE))[name]
    assert_linear(render_html_here, small, large)


def test_lists_and_quotes_are_nested_no_deeper_than_the_bound():
    for marker in ("- ", "1. ", "> ", "> - "):
        rendered = render_here(marker * 2_000 + "a")
        assert not rendered.degraded
        assert rendered.html.count("<li>") + rendered.html.count("<blockquote>") == 16


def test_html_larger_than_the_bound_is_shown_as_written():
    rendered = render_here("\U0001f600" * 65_000)
    assert rendered.degraded
    assert rendered.html.startswith('<pre class="unrendered"')


def test_marks_on_one_letter_do_not_make_normalising_quadratic():
    assert_linear(normalise, "a" + "\u0323\u0301" * SMALL, "a" + "\u0323\u0301" * LARGE)


def test_comparing_texts_that_have_nothing_in_common_is_bounded():
    old, new = "a b " * (LARGE // 4), "b c\n" * (LARGE // 4)
    assert cpu_seconds(lambda: difference(old, new), runs=1) < RENDER_CPU_SECONDS
