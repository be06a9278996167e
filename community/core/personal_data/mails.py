"""Mail addresses of people, also those written so that a machine should miss them: "name (at) host (dot) tld".

Left alone: placeholders that belong to nobody (example.org and its like, "name@..."), desks of companies (support@,
noreply@), and what only looks alike: pictures ("photo@2x.png"), packages ("node@18.1"), accounts on machines ("git@...").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Finding, Kind

_AT = r"(?: ?[(\[{<] ?(?:at|ät|@|affe) ?[)\]}>] ?|@| @ ?)"
_DOT = r"(?:\.| ?[(\[{<] ?(?:dot|punkt|\.) ?[)\]}>] ?)"
_MAIL = re.compile(
    rf"(?<![\w.+#-])[\w#](?:[\w.+#%'-]{{0,62}}[\w#])?{_AT}(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?{_DOT}){{1,4}}[^\W\d_]{{2,24}}(?![\w@-])",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"\b([\w.+-]{2,40}) (?:at|ät) ([\w-]{2,30}) (?:dot|punkt) ([a-z]{2,10})\b", re.IGNORECASE)
_HOST = re.compile(_DOT + r"|" + _AT, re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"example\.(?:com|org|net|edu|de)|beispiel\.(?:de|com|at|ch)|domain\.(?:tld|com|de)|(?:yourdomain|deinedomain|firma)\.(?:tld|com|de)|xyz\.(?:com|de)"
    r"|(?:.*\.)?(?:local|lan|box|home|internal|arpa|localhost|localdomain|intern|onion|invalid)|github\.com|gitlab\.com|bitbucket\.org",
    re.IGNORECASE,
)
_FILE = frozenset(
    "png jpg jpeg gif svg webp pdf txt log py js css html htm php sh zip gz xml json conf cfg ini service timer socket mount".split()
)
_DESK = re.compile(
    r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|abuse|hostmaster|webmaster|noc|support|service|servicecenter|kundenservice|kundendienst|kundenbetreuung|"
    r"hilfe|help|helpdesk|hotline|datenschutz|privacy|dpo|impressum|presse|press|newsletter|security|billing|"
    r"name|vorname(?:[._-]?(?:nach)?name)?|(?:first|your)[._-]?name(?:[._-]last[._-]?name)?|max[._-]mustermann|user|username|benutzer(?:name)?|deine?|ihre?|your|"
    r"du|you|foo|xxx+|test|email|e-mail|mail|deine?-?mail|someone|jemand|git|root|admin|pi|bounce[\w+-]*)",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"(?:message-id|in-reply-to|references|msgid)\W{0,4}<?\Z", re.IGNORECASE)


def mails(text: str) -> Iterator[Finding]:
    """Every address that could be a person's."""
    for match in _MAIL.finditer(text):
        if _is_personal(text, match):
            yield Finding(Kind.MAIL, *match.span())
    for match in _SPOKEN.finditer(text):
        if match.group(1).lower() not in _SMALL:
            yield Finding(Kind.MAIL, *match.span())


_SMALL = frozenset("look bin is am are be arrived steht war schau".split())


def _is_personal(text: str, match: re.Match[str]) -> bool:
    local, host = _parts(match.group())
    if host.rpartition(".")[2].lower() in _FILE or _PLACEHOLDER.fullmatch(host) or _DESK.fullmatch(local):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    return not (before.endswith("://") or _MESSAGE_ID.search(before))


def _parts(written: str) -> tuple[str, str]:
    at = re.search(_AT, written, re.IGNORECASE)
    assert at is not None
    host = ".".join(re.split(_DOT, written[at.end() :], flags=re.IGNORECASE))
    return written[: at.start()].strip(), host.replace(" ", "")
