"""Structured data for search engines (schema.org's QAPage): only where there is an answer, only what a stranger reads.

A question needs a name, a text, the number of its answers and at least one of them; an answer a text, an address, its date,
author and votes. Whoever changes what is said here holds it against https://schema.org/QAPage.
"""

from __future__ import annotations

from typing import Any

from ..accounts.names import profile_of, shown_name
from ..core.i18n import iso
from ..core.text import excerpt
from ..threads.addresses import post_address, thread_address
from ..threads.models import Post, Thread
from ..threads.queries import ThreadPage
from ..threads.visibility import PUBLISHED
from .addresses import absolute

LONGEST_TEXT = 5_000


def question_page(shown: ThreadPage) -> dict[str, Any] | None:
    """The first page of a thread as a QAPage; None without a public answer, and for duplicates and later pages.

    The page stands under the first one's address, so the answers are those that it shows: solutions and replies of others.
    """
    thread = shown.thread
    posts = [entry for entry in shown.entries if isinstance(entry, Post) and entry.visibility == PUBLISHED]
    if thread.visibility != PUBLISHED or thread.duplicate_of_id is not None or not posts or posts[0].number != 1:
        return None
    solutions = [solution.post for solution in shown.solutions if solution.post.visibility == PUBLISHED]
    others = [post for post in posts[1:] if post.author_id != thread.author_id and not shown.is_solution(post)]
    if not solutions and not others:
        return None
    answers = {"acceptedAnswer": solutions, "suggestedAnswer": others}
    question = {
        "@type": "Question",
        "name": thread.title,
        **_said(thread, posts[0]),
        "url": absolute(thread_address(thread)),
        "upvoteCount": thread.me_too_count,
        "answerCount": thread.reply_count,
    } | {name: [_answer(thread, post) for post in found] for name, found in answers.items() if found}
    return {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "inLanguage": thread.language,
        "mainEntity": question,
    }


def _answer(thread: Thread, post: Post) -> dict[str, Any]:
    return {
        "@type": "Answer",
        **_said(thread, post),
        "url": absolute(post_address(thread, post.number)),
        "upvoteCount": post.helpful_count,
    }


def _said(thread: Thread, post: Post) -> dict[str, Any]:
    """Text, author and dates of a post. A post without any word (a picture alone) is named by its thread's title."""
    said = {
        "text": excerpt(post.plain, LONGEST_TEXT) or thread.title,
        "author": {
            "@type": "Person",
            "name": shown_name(post.author),
            **({"url": absolute(profile)} if (profile := profile_of(post.author)) else {}),
        },
        "datePublished": iso(post.created_at),
    }
    return said | ({"dateModified": iso(post.edited_at)} if post.edited_at else {})
