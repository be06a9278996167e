"""From the bytes of a mail to what we ask of it: its head, its recipients, its text. Pure, and no bytes make it fail.

A mail is a stranger's program: it may nest parts a thousand deep, have millions of them, or claim any charset. So attachments
are thinned out before anything is parsed (their text is not wanted anyway), and what is still too much is not read at all.
"""

from __future__ import annotations

import hashlib
import io
import re
from codecs import lookup
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from .plain import as_plain

SIZE_MAX = 10 * 1024 * 1024
_HEAD_MAX = 256 * 1024
_PARSED_MAX = 1024 * 1024
_TEXT_MAX = 256 * 1024
_FROM_MAX = 500
_DEPTH_MAX = 40
_LINES_OF_DASHES = 4_000
_HEADERS_MAX = 2_000
#: So many lines of base64 hold the longest text that can be posted, several times; what is longer is a file.
_CODED_LINES = 4_000
_CODED = re.compile(rb"[A-Za-z0-9+/=]{40,}\s*")
_DASHES = re.compile(rb"[\r\n]--")
_NESTING = re.compile(rb"boundary|content-type:\s*message/", re.IGNORECASE)
_HEAD_ENDS = re.compile(rb"\r\n\r\n|\n\n|\r\r")
#: Codecs that no mail is written in, and that take their time.
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode_escape", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"}
)
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True)
class Incoming:
    """A mail as it came in. `text` is empty if there is none, or if it could not be read (`is_unreadable`)."""

    head: Message
    key: str
    text: str = ""
    has_files: bool = False
    is_too_large: bool = False
    is_unreadable: bool = False
    sent_to: tuple[str, ...] = field(default=())

    def header(self, name: str) -> str:
        """The first header of this name on one line; empty if there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """All headers of this name, as they stand from the top down."""
        return [" ".join(str(value).split()) for value in self.head.get_all(name, [])]

    def recipients(self) -> list[str]:
        """Whom it was sent to, the envelope's word first."""
        return [*self.sent_to, *(value for name in _RECIPIENTS for value in self.headers(name))]

    def senders(self) -> list[str]:
        """Every address that claims to have written it; one, in an honest mail."""
        try:
            found = getaddresses([line[:_FROM_MAX] for line in self.headers("From")])
        except Exception:  # the parser of addresses is meant for honest ones
            return []
        return [address for _name, address in found if address]


def read(message: bytes, sent_to: str = "", *, is_cut: bool = False) -> Incoming:
    """What this mail says. `sent_to`: the recipient, as the mail server knows it; `is_cut`: this is only the head of one that is
    too large."""
    told = (sent_to,) if sent_to else ()
    is_too_large = is_cut or len(message) > SIZE_MAX
    head = _head(message)
    key = _key(head, message)
    if is_too_large:
        return Incoming(head, key, is_too_large=True, sent_to=told)
    try:
        text, has_files = _body(message)
    except Exception:  # whatever a stranger's bytes do to a parser: it is one mail that cannot be read
        return Incoming(head, key, is_unreadable=True, sent_to=told)
    return Incoming(head, key, text, has_files, sent_to=told)


def _head(message: bytes) -> Message:
    end = _HEAD_ENDS.search(message, 0, _HEAD_MAX)
    lines = message[: end.start() if end else _HEAD_MAX].splitlines(keepends=True)[:_HEADERS_MAX]
    try:
        return message_from_bytes(b"".join(lines) + b"\n\n", policy=policy.compat32)
    except Exception:
        return Message()


def _key(head: Message, message: bytes) -> str:
    named = "".join(str(head.get("Message-ID", "")).split())
    return hashlib.sha256(named.encode("utf-8", "replace") if named else message).hexdigest()


class _TooMuch(Exception):
    """More parts than an honest mail has."""


def _body(message: bytes) -> tuple[str, bool]:
    """The text that its sender wrote, and whether files hung on it."""
    thinned, was_thinned = _without_files(message)
    if len(_DASHES.findall(thinned)) > _LINES_OF_DASHES or len(_NESTING.findall(thinned)) > _DEPTH_MAX:
        raise _TooMuch
    if (
        b"delivery-status" in thinned.lower()
    ):  # no part of an answer, and the parser makes an object of each of its lines
        raise _TooMuch
    return _text_of(message_from_bytes(thinned, policy=policy.compat32), was_thinned)


def _without_files(message: bytes) -> tuple[bytes, bool]:
    """The first megabyte of the mail without long runs of base64, and whether anything was left out."""
    kept, size, run, left_out = list[bytes](), 0, 0, False
    for line in io.BytesIO(message):
        run = run + 1 if _CODED.fullmatch(line) else 0
        if run > _CODED_LINES:
            left_out = True
            continue
        kept.append(line[:_PARSED_MAX])
        size += len(line)
        if size > _PARSED_MAX:
            return b"".join(kept), True
    return b"".join(kept), left_out


def _text_of(mail: Message, has_files: bool) -> tuple[str, bool]:
    """Plain text if there is any, else what its HTML says."""
    plain, html = list[str](), list[str]()
    for part in _parts(mail):
        if _is_file(part):
            has_files = True
        elif part.get_content_type() == "text/plain":
            plain.append(_flowed(part, _decoded(part)))
        elif part.get_content_type() == "text/html":
            html.append(_decoded(part))
        else:
            has_files = True
    text = "\n\n".join(piece.strip("\n") for piece in plain if piece.strip())
    return (text or "\n\n".join(as_plain(piece) for piece in html))[:_TEXT_MAX], has_files


def _parts(mail: Message, depth: int = 0) -> Iterator[Message]:
    """The leaves, but not of mails within the mail: what was forwarded is not the sender's own text."""
    content = mail.get_payload()
    if mail.get_content_maintype() == "multipart" and isinstance(content, list):
        for part in content if depth < _DEPTH_MAX else ():
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield mail


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _decoded(part: Message) -> str:
    """The text of a part. A charset that is unknown or wrong is guessed: no mail is lost for a few odd letters."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    content = content[:_TEXT_MAX]
    for charset in (str(part.get_content_charset() or "utf-8"), "utf-8", "cp1252"):
        try:
            if lookup(charset).name not in _NO_CHARSETS:
                return content.decode(charset).replace("\r\n", "\n")
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1").replace("\r\n", "\n")


def _flowed(part: Message, text: str) -> str:
    """Lines that were broken only to be sent are whole again (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    space = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    lines, is_open = list[str](), False
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if is_open and not line.startswith(">") and line != "-- ":
            lines[-1] += space + line.rstrip()
        else:
            lines.append(line.rstrip() if line != "-- " else line)
        is_open = goes_on
    return "\n".join(lines)


def subject_of(mail: Incoming) -> str:
    """The subject, decoded as far as it can be."""
    try:
        pieces = decode_header(mail.header("Subject")[:500])
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in pieces
        )
    except (LookupError, ValueError):
        return ""
