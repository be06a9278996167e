"""Whatever is written, what is shown holds only what may be shown. A parser that takes no part in making it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import bleach.sanitizer
import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.text import sanitising
from community.core.text.rendered import unrendered
from community.core.text.rendering import render_here, render_html_here
from tests.core.corpus import ATTACK_FOLDERS, ATTACKS, SCHEMES, attacks, disguised, hostile_html, hostile_shapes, once

pytestmark = once
needs_attacks = pytest.mark.skipif(not ATTACKS.exists(), reason="the attack strings are not beside the project")

TAGS = set(
    "p br hr h3 h4 h5 h6 ul ol li blockquote pre code kbd em strong del sup sub a img div"
    " table thead tbody tfoot tr th td dl dt dd".split()
)
ADDRESS = re.compile(
    r"(?:https?://[^\s/@\\?#]+(?:[/?#][^\s\\\"<>]*)?|mailto:[^\s@]+@[^\s@?]+|/(?![/\\])[^\s\\]*|#[\w-]+)"
)
VALUES = {
    ("a", "href"): ADDRESS,
    ("a", "rel"): re.compile("nofollow ugc noopener"),
    ("img", "src"): re.compile(r"/(?![/\\])[^\s\\]*|#[\w-]+"),
    ("img", "alt"): re.compile(r"[^\n]*"),
    ("img", "loading"): re.compile("lazy"),
    ("code", "class"): re.compile(r"language-[A-Za-z0-9+#._-]{1,32}"),
    ("ol", "start"): re.compile(r"\d{1,9}"),
    ("th", "colspan"): re.compile(r"\d{1,2}"),
    ("th", "rowspan"): re.compile(r"\d{1,2}"),
    ("td", "colspan"): re.compile(r"\d{1,2}"),
    ("td", "rowspan"): re.compile(r"\d{1,2}"),
    ("pre", "tabindex"): re.compile("0"),
    ("pre", "class"): re.compile("unrendered"),
    ("div", "class"): re.compile("table-scroll"),
    ("div", "tabindex"): re.compile("0"),
}
SHAPES = dict(hostile_shapes(2_000))
HTML_SHAPES = dict(hostile_html(2_000))
PARENTS = (("<div>", 1), ("<table><tbody><tr><td>", 4), ("<ul><li>", 2))


def faults(markup: str) -> Iterator[str]:
    """What in `markup` may not be shown, or would change when a browser puts it into a page."""
    trees = [_parsed(parent + markup, wrappers) for parent, wrappers in PARENTS]
    first = trees[0]
    if any(_shape(tree) != _shape(first) for tree in trees[1:]):
        yield "reads differently in another place"
    if _shape(_parsed(_written(first))) != _shape(first):
        yield "changes when it is parsed again"
    for element in first.iter():
        if element is first:
            continue
        if element.tag not in TAGS:
            yield f"tag {element.tag}"
        for name, value in element.attrib.items():
            allowed = VALUES.get((str(element.tag), name))
            if not allowed or not allowed.fullmatch(value):
                yield f"{element.tag} {name}={value!r}"
        if element.tag == "a" and any(inner.tag == "a" for inner in element.iter() if inner is not element):
            yield "a link in a link"


def _parsed(markup: str, wrappers: int = 1) -> Element:
    """The element in which the markup stands, `wrappers` deep."""
    element = html5lib.parseFragment(markup, container="div", namespaceHTMLElements=False)
    for _ in range(wrappers):
        element = element[0]
    return element


def _shape(element: Element) -> object:
    return [
        element.text or "",
        [(child.tag, sorted(child.attrib.items()), _shape(child), child.tail or "") for child in element],
    ]


def _written(element: Element) -> str:
    """The element as a browser would write it."""
    return html5lib.serialize(element, quote_attr_values="always", omit_optional_tags=False)


def _payloads() -> Iterator[object]:
    """The folders, the large one in slices so that several processes can share the work."""
    for folder in ATTACK_FOLDERS:
        slices = 6 if folder == "payloadbox_xss" else 1
        for number in range(slices):
            yield pytest.param(folder, number, slices, id=f"{folder}-{number + 1}")


@needs_attacks
@pytest.mark.parametrize(("folder", "number", "slices"), list(_payloads()))
def test_no_attack_survives_rendering(folder, number, slices):
    found = {}
    for attack in list(attacks(folder))[number::slices]:
        for markup in (render_here("\n\n".join(disguised(attack))).html, render_html_here(attack).html):
            if problems := list(faults(markup)):
                found[attack] = (problems, markup)
    assert found == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_link_or_picture_leads_to_another_scheme_or_hides_its_host(scheme):
    source = f"[a]({scheme}) [a](<{scheme}>) <{scheme}> ![a]({scheme}) [a][b] {scheme}\n\n[b]: {scheme}"
    quoted = scheme.replace('"', "&quot;")
    imported = f'<a href="{quoted}">a</a><img src="{quoted}"><form action="{quoted}"></form><svg><a href="{quoted}">b</a></svg>'
    for markup in (render_here(source).html, render_html_here(imported).html):
        assert list(faults(markup)) == []
        assert not re.search(r'(?:href|src)="(?!https?://|mailto:|/[^/\\])', markup)
        assert "@evil" not in "".join(re.findall('href="([^"]*)"', markup))


@pytest.mark.parametrize("name", SHAPES)
def test_hostile_shapes_yield_nothing_that_may_not_be_shown(name):
    assert list(faults(render_here(SHAPES[name]).html)) == []


@pytest.mark.parametrize("name", HTML_SHAPES)
def test_hostile_html_yields_nothing_that_may_not_be_shown(name):
    assert list(faults(render_html_here(HTML_SHAPES[name]).html)) == []


MARKUP = st.lists(
    st.sampled_from(
        "[ ] ( ) ! < > & ; * _ ~ ` | - + # \\ \" ' = : / @ \n \n\n a 1. javascript: https://x.example <a href= <img onerror= "
        "&#x6a; <svg> </p> <!-- --> <table> <select> <math> <template> <style> </style> ``` ~~~ ]( ![ \t \x00 \u2028".split(
            " "
        )
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(MARKUP)
def test_no_mixture_of_markup_yields_what_may_not_be_shown(source):
    for rendered in (render_here(source), render_html_here(source)):
        assert list(faults(rendered.html)) == []


@given(st.text(st.characters()))
def test_any_text_at_all_can_be_rendered(source):
    render_here(source).html.encode()


@given(MARKUP)
def test_an_unrendered_text_is_only_text(source):
    assert list(faults(unrendered(source.replace("\x00", "")).html)) == []


@needs_attacks
@pytest.mark.parametrize("folder", ["bleach_tests", "html5lib_sanitizer", "owasp_evasion", "ammonia_tests"])
def test_the_linear_walker_leaves_bleach_doing_what_it_does(folder):
    stock = bleach.sanitizer.Cleaner(
        tags=sanitising.TAGS,
        attributes={tag: sorted(names) for tag, names in sanitising.ATTRIBUTES.items()},
        protocols=sanitising.SCHEMES,
        strip=True,
    )
    for attack in attacks(folder):
        assert sanitising._bleach.clean(attack) == stock.clean(attack)
