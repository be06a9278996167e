"""What Markdown means here."""

from __future__ import annotations

import html
import re

import pytest

from community.core.text.rendering import render_here, render_html_here
from tests.core.corpus import ATTACKS, attacks_with_answers

OUT = ' rel="nofollow ugc noopener"'


def rendered(source: str) -> str:
    return render_here(source, own_hosts=frozenset({"forum.example"})).html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("# a\n\n## b\n\n###### c", "<h3>a</h3><h4>b</h4><h6>c</h6>"),
        ("a\n===\nb\n---", "<h3>a</h3><h4>b</h4>"),
        ("#1234 is my order", "<p>#1234 is my order</p>"),
        ("- a\n- b\n  1. c", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("> a\nb\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"),
        ("***", "<hr>"),
        ("    a < b", "<pre><code>a &lt; b\n</code></pre>"),
        ("```python\n\tx = 1\n```", '<pre><code class="language-python">\tx = 1\n</code></pre>'),
        ("```\nnever closed", "<pre><code>never closed\n</code></pre>"),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("5 \\* 6 &amp; &lt;b&gt; &copy;", "<p>5 * 6 &amp; &lt;b&gt; ©</p>"),
    ],
)
def test_markdown_becomes_html(source, expected):
    assert rendered(source) == expected


@pytest.mark.parametrize(
    "log",
    [
        "<Request id=5>",
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<!-- hidden -->",
        'at <module path="C:\\*a\\*b">',
        "[ERROR] [worker-3] queue[7](x) failed: &lt;",
        "std::vector<int> v; a[i](j)",
        "<![CDATA[x]]>",
    ],
)
def test_what_looks_like_html_is_shown_as_it_was_written(log):
    assert render_here(log).plain == html.unescape(log)
    assert html.escape(html.unescape(log)) in rendered(log)
    assert html.escape(log) in rendered(f"```\n{log}\n```")


def test_a_table_can_be_scrolled_by_keyboard():
    table = rendered("| a | b |\n|---|---:|\n| 1 | `x\\|y` |\n| 2 |")
    assert table == (
        '<div class="table-scroll" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>'
        "<tr><td>1</td><td><code>x|y</code></td></tr><tr><td>2</td><td></td></tr></tbody></table></div>"
    )


def test_code_that_is_wider_than_a_phone_can_be_scrolled_by_keyboard():
    assert rendered("    " + "x" * 33).startswith('<pre tabindex="0">')
    assert rendered("    " + "x" * 32).startswith("<pre><code>")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://x.example/a_b_c.", f'<a href="https://x.example/a_b_c"{OUT}>https://x.example/a_b_c</a>.'),
        ("(see www.x.example)", f'(see <a href="https://www.x.example"{OUT}>www.x.example</a>)'),
        ("https://x.example/a_(b)", f'<a href="https://x.example/a_(b)"{OUT}>https://x.example/a_(b)</a>'),
        ("<https://x.example>", f'<a href="https://x.example"{OUT}>https://x.example</a>'),
        ("<a@x.example>", f'<a href="mailto:a@x.example"{OUT}>a@x.example</a>'),
        ("[a *b*](https://x.example)", f'<a href="https://x.example"{OUT}>a <em>b</em></a>'),
        ("[https://a.example](https://b.example)", f'<a href="https://b.example"{OUT}>https://a.example</a>'),
        ("[a][1]\n\n[1]: https://x.example", f'<a href="https://x.example"{OUT}>a</a>'),
        ("[ä](<https://x.example/ä b>)", f'<a href="https://x.example/%C3%A4%20b"{OUT}>ä</a>'),
        ("[own](/threads/5)", '<a href="/threads/5">own</a>'),
        ("[own](https://forum.example/threads/5)", '<a href="https://forum.example/threads/5">own</a>'),
        ("[not own](https://forum.example.evil/)", f'<a href="https://forum.example.evil/"{OUT}>not own</a>'),
        ("[bad](javascript:x)", "[bad](javascript:x)"),
    ],
)
def test_links_lead_where_links_may_lead(source, expected):
    assert expected in rendered(source)


def test_pictures_of_other_sites_become_links_and_our_own_are_shown():
    assert rendered("![a cat](https://x.example/c.png)") == f'<p><a href="https://x.example/c.png"{OUT}>a cat</a></p>'
    assert rendered("![](https://x.example/c.png)") == f'<p><a href="https://x.example/c.png"{OUT}>x.example</a></p>'
    assert rendered("![a cat](/attachments/5)") == '<p><img src="/attachments/5" alt="a cat" loading="lazy"></p>'


def people(names):
    return {name: f"/people/{name}" for name in names if name != "nobody"}


def test_mentions_become_links_outside_code_and_links():
    text = render_here("@alice, @nobody and a@alice.example `@bob` [@carol](/x) @dora.", people)
    assert text.html == (
        '<p><a href="/people/alice">@alice</a>, @nobody and a@alice.example <code>@bob</code>'
        ' <a href="/x">@carol</a> <a href="/people/dora">@dora</a>.</p>'
    )
    assert text.mentioned == ("alice", "dora")


def test_at_most_twenty_names_are_asked_for():
    asked = []
    render_here(" ".join(f"@p{i}" for i in range(50)), lambda names: asked.extend(names) or {})
    assert asked == [f"p{i}" for i in range(20)]


def test_an_address_of_a_person_is_checked_like_any_other():
    assert "<a" not in render_here("@alice", lambda names: {"alice": "javascript:x"}).html


def test_at_most_two_hundred_links_and_fifty_pictures():
    assert rendered("[a](/b) " * 300).count("<a ") == 200
    assert rendered("![a](/b) " * 300).count("<img ") == 50
    assert render_html_here("<a href='/b'>a</a>" * 300).html.count("<a ") == 200
    assert render_html_here("<img src='/b'>" * 300).html.count("<img ") == 50


def test_plain_text_keeps_lines_and_code():
    plain = render_here(
        "# Titel\n\nEins *zwei*\ndrei\n\n- a\n- b\n\n```\nif x:\n    y\n```\n\n|a|b|\n|-|-|\n|1|2|"
    ).plain
    assert plain == "Titel\nEins zwei\ndrei\na\nb\nif x:\n    y\na  b\n1  2"


def test_imported_html_keeps_what_posts_of_other_communities_contain():
    source = (
        "<h1>t</h1><p>a <strong>b</strong> <i>c</i> <kbd>d</kbd> x<sup>2</sup> y<sub>i</sub><br>z</p>"
        "<pre><code>if (a &lt; b) {\n}</code></pre><blockquote><p>q</p></blockquote><ol start='2'><li>l</li></ol><hr>"
    )
    assert render_html_here(source).html == (
        "<h3>t</h3><p>a <strong>b</strong> <em>c</em> <kbd>d</kbd> x<sup>2</sup> y<sub>i</sub><br>z</p>"
        "<pre><code>if (a &lt; b) {\n}</code></pre><blockquote><p>q</p></blockquote>"
        '<ol start="2"><li>l</li></ol><hr>'
    )


def test_imported_html_loses_what_is_not_allowed():
    source = "<p id=x style=y onclick=z class=w>a<script>b()</script><style>c</style><iframe src=/d></iframe></p>"
    assert "<" not in render_html_here(source).html.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.skipif(not ATTACKS.exists(), reason="the CommonMark examples are not beside the project")
def test_most_commonmark_examples_without_html_mean_what_commonmark_says():
    examples = [(source, answer) for source, answer in attacks_with_answers("commonmark_spec") if "<" not in source]
    alike = sum(_shape(render_here(source).html) == _shape(answer) for source, answer in examples)
    assert alike / len(examples) > 0.8


def _shape(markup: str) -> str:
    """HTML without what we change on purpose: heading levels, breaks, addresses, titles, pictures, layout."""
    markup = re.sub(r"<br ?/?>", "", markup)
    markup = re.sub(r"<(/?)h\d", r"<\1h", markup)
    markup = re.sub(r"</?(?:a|img|div)\b[^>]*>", "", markup)
    markup = re.sub(r"<(pre|code) [^>]*>", r"<\1>", markup)
    return re.sub(r"\s+", "", html.unescape(markup))
