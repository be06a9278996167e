"""Python-Markdown, with our processors in place of all of its own: Markdown in, HTML out, HTML in it shown as text.

What comes out is correct but not yet trusted; only `rendering` hands HTML to the rest of the program.
"""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension

from .blocks import Blocks
from .inlines import Inlines

_REPLACED_BLOCKS = "empty indent code hashheader setextheader hr olist ulist quote reference paragraph".split()
_REPLACED_TREE_PASSES = ("inline", "prettify", "unescape")
_REPLACED_TEXT_PASSES = ("raw_html", "amp_substitute")


class _Linear(Extension):
    """Replaces every processor whose cost is not linear, and those that let HTML through."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name that Python-Markdown calls
        md.preprocessors.deregister("html_block")
        md.preprocessors.deregister("normalize_whitespace")
        for name in _REPLACED_BLOCKS:
            md.parser.blockprocessors.deregister(name)
        for name in _REPLACED_TREE_PASSES:
            md.treeprocessors.deregister(name)
        for name in _REPLACED_TEXT_PASSES:
            md.postprocessors.deregister(name)
        md.parser.blockprocessors.register(Blocks(md.parser), "blocks", 100)
        md.treeprocessors.register(Inlines(md), "inline", 100)


_markdown = Markdown(extensions=[_Linear()], output_format="html")


def to_html(source: str) -> str:
    """The HTML of normalised Markdown. Not safe to be shown, and not for several threads at once."""
    _markdown.reset()
    return _markdown.convert(source)
