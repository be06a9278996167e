"""Who wrote a mail? Whoever holds a signed address read a mail of ours; that it is the person it was sent to is asked here.

The sender must be the confirmed address of that person. Anybody can write any sender into a mail, so with MAIL_AUTH_SERVER set
our own mail server must also have found that the sender's domain stands by it: `dmarc=pass` in an Authentication-Results header
(RFC 8601). Such a header can be forged like any other, and a forged one came with the mail: it stands below what our server
put on top when it took the mail in. So only the topmost header of exactly our server's name counts, of those that say
something of DMARC; nothing above it may be of another server. What stands in comments or quoted strings of it, where a stranger's
words are repeated, counts for nothing. Pure.
"""

from __future__ import annotations

import re

from ..accounts.models import Person
from .reading import Incoming

_WORDS = re.compile(r"\s+")
_DMARC = re.compile(r"dmarc\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"header\.from\s*=\s*([^\s;]+)", re.IGNORECASE)


def is_the_person(mail: Incoming, person: Person) -> bool:
    """Is it their confirmed address that claims to have written, and no other?"""
    senders = mail.senders()
    return (
        len(mail.headers("From")) == 1
        and len(senders) == 1
        and person.is_verified
        and person.email is not None
        and _is_same(senders[0].strip(), person.email)
    )


def _is_same(one: str, other: str) -> bool:
    """Capitals aside; but only those of ASCII, because some letters of other scripts become ours in lower case."""
    return one == other or (one.isascii() and one.lower() == other.lower())


def is_vouched_for(mail: Incoming, our_server: str) -> bool:
    """Did our mail server (`our_server`: its name in Authentication-Results) find that the sender's domain stands by the mail?"""
    for header in mail.headers("Authentication-Results"):
        server, results = _opened(header)
        if server != our_server.casefold():
            return False
        for result in results:
            if match := _DMARC.match(result):
                return match[1].lower() == "pass" and _is_about(mail, match[2])
    return False


def _opened(header: str) -> tuple[str, list[str]]:
    """The name of the server, and what it found."""
    server, *results = _plain(header[:10_000]).split(";")
    named = _WORDS.split(server.strip())
    return named[0].casefold(), [result.strip() for result in results]


def _plain(header: str) -> str:
    """Without comments, which may stand in one another, and without quoted strings."""
    kept, depth, is_quoted, is_escaped = list[str](), 0, False, False
    for char in header:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (depth or is_quoted):
            is_escaped = True
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _is_about(mail: Incoming, rest: str) -> bool:
    """If the server says for which domain, it is the sender's."""
    match = _HEADER_FROM.search(rest)
    domain = mail.senders()[0].rpartition("@")[2] if mail.senders() else ""
    return match is None or match[1].strip(".").casefold() == domain.strip(".").casefold()
