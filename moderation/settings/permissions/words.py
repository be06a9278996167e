"""What each verb is called on the page, in the groups and the order in which it shows them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from community.accounts.permissions import Verb, Why

GROUPS: tuple[tuple[Any, dict[Verb, Any]], ...] = (
    (
        _l("Answering"),
        {
            Verb.ANSWER: _l("answer for the company"),
            Verb.CLAIM: _l("be on a case, take it over, hand it over"),
            Verb.NOTE: _l("write staff notes"),
            Verb.SOLVE: _l("mark solutions"),
            Verb.ENDORSE: _l("confirm customers’ answers"),
        },
    ),
    (
        _l("The case file"),
        {
            Verb.DETAILS: _l("read customers’ private details"),
            Verb.ENTRIES: _l("log calls, chats and mails; open cases for customers"),
            Verb.ERASE: _l("erase customers’ accounts"),
        },
    ),
    (
        _l("Order"),
        {
            Verb.TAG: _l("change tags"),
            Verb.MOVE: _l("move threads"),
            Verb.LINK: _l("link duplicates"),
            Verb.RESTRUCTURE: _l("merge and split threads"),
            Verb.LOCK: _l("lock threads"),
            Verb.CLOSE: _l("close threads"),
        },
    ),
    (
        _l("Moderation"),
        {
            Verb.EDIT: _l("edit posts and titles"),
            Verb.HIDE: _l("hide and restore posts"),
            Verb.REDACT: _l("black out personal details for good"),
            Verb.APPROVE: _l("approve held posts"),
            Verb.FLAGS: _l("decide on flags"),
            Verb.NOTICES: _l("decide on notices of illegal content"),
            Verb.WARN: _l("warn customers"),
            Verb.SANCTION: _l("silence and suspend customers"),
            Verb.BLOCK: _l("block networks and mail domains"),
        },
    ),
    (
        _l("The whole site"),
        {
            Verb.SYNONYMS: _l("set the search’s synonyms"),
            Verb.CANNED_REPLIES: _l("write canned replies"),
            Verb.WORDS: _l("set watched words and approval"),
            Verb.REQUESTS: _l("build requests and their forms"),
            Verb.GUARD: _l("set which numbers are personal"),
            Verb.HOOKS: _l("connect telephone and chat systems"),
            Verb.TAGS: _l("rename and merge tags"),
            Verb.TARGETS: _l("set service targets and calendars"),
            Verb.CATEGORIES: _l("set categories"),
            Verb.STAFF: _l("set staff and permissions"),
        },
    ),
)
WHY = {
    Why.PERSON_HERE: _l("said of the person here"),
    Why.PERSON_EVERYWHERE: _l("said of the person everywhere"),
    Why.ROLE_HERE: _l("said of the role here"),
    Why.ROLE_EVERYWHERE: _l("said of the role everywhere"),
    Why.USUAL: _l("usual"),
}
