"""What somebody wrote themselves, out of the text of a mail: without what it quotes, without the signature.

Quoted lines and the lines that announce them are left out wherever they stand, so an answer below or between quotes is kept.
Then `mailparser_reply` looks for what announces an answered mail in German and English; what it knows not is added here, and so
are signatures, of which it takes too many: rather is a greeting published than a sentence of a customer's lost. No address that
is good for answering is ever left in.
"""

from __future__ import annotations

import re

from mailparser_reply.parser import EmailMessage

from ..core.text import normalise
from .addresses import SIGNED

#: Expressions with two open ends take the square of a line's length, so lines are looked at up to here.
_LINE_MAX = 400
_SHORTENED = 200
_LOOKED_AT = 16_000
_TEXT_MAX = 120_000
_BLANKS = re.compile(r"\n{3,}")
_QUOTED = re.compile(r"\s{0,3}(?:>|\|\s)")
#: "Am 3. Mai 2026 um 10:00 schrieb Theke <...>:", "On 3 May 2026, at 10:00, Theke wrote:"; it may be broken into lines.
_ANNOUNCES = re.compile(
    r"(?:Am|On)\b(?=.{0,60}\d).{3,300}\b(?:schrieb|wrote|geschrieben)\b.{0,200}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{1,100}<[^<>]{3,200}>:",
    re.IGNORECASE,
)
#: "Theke schrieb am 3. Mai:", "Theke wrote:"
_ANNOUNCES_IN_A_LINE = re.compile(r".{1,200}\b(?:schrieb|wrote)\b.{0,150}:", re.IGNORECASE)
#: What stands between one's own text and the mail that is answered; all below is not one's own.
_SEPARATOR = re.compile(
    r"[-_*\s]*(?:Urspr(?:ü|ue)ngliche (?:Nachricht|E-?Mail)|Original(?:nachricht|[- ]?(?:Message|Mail))|Weitergeleitete Nachricht"
    r"|Begin forwarded message|Forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-?Mail))\s*:?[-_*\s]*"
    r"|\s*_{20,}\s*",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"[*_ ]*(?:Von|Gesendet|An|Cc|Betreff|Datum|From|Sent|To|Subject|Date|Antwort an|Reply-To)[*_]{0,3}:", re.IGNORECASE
)
_HEADS_BEGIN = re.compile(r"[*_ ]*(?:Von|From|Gesendet|Sent)[*_]{0,3}:", re.IGNORECASE)
_HEADS_AT_LEAST = 3
#: What phones add by themselves.
_FROM_PHONE = re.compile(
    r"(?:Von meine[mr]|Vom) .{2,60} (?:gesendet|geschickt)\.?|Gesendet (?:von|mit|aus|über) .{2,80}"
    r"|Diese (?:Nachricht|E-?Mail) wurde von .{2,80} gesendet\.?"
    r"|Sent (?:from|with|via) .{2,80}|Get Outlook for .{2,80}|(?:Holen Sie sich|Hole dir) Outlook .{2,80}",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"(?:(?:mit\s)?(?:(?:viele|liebe|beste|freundliche|schöne|herzliche)[nr]?\s)?gr(?:ü|ue)(?:ß|ss)(?:e|en)?"
    r"|(?:(?:lieber|schöner)\s)?gru(?:ß|ss)|(?:(?:kind|best|warm)\s)*regards|best wishes|yours (?:sincerely|faithfully))"
    r"(?:[\s,.!]+[\w.-]{1,30}){0,3}[\s,.!]*"
    r"|(?:mfg|lg|vg|danke|vielen dank|besten dank|thanks|thank you|many thanks|cheers|best|all the best)[\s,.!]*",
    re.IGNORECASE,
)
_AT_THE_END = 10
_SENTENCE = re.compile(r"(?:\S+\s+){3,}.*[.?!…:]\s*|P\.?\s?S\b.*", re.IGNORECASE)
_NAME_MAX = 80
_SIGNATURE_MAX = 800


def own_words(text: str) -> str:
    """What its sender wrote; empty if all of it is quoted."""
    text = _above_separator(_without_quotes(normalise(text)[:_TEXT_MAX]))
    text = _without_greeting(_above_announcement(_above_dashes(text)))
    return _BLANKS.sub("\n\n", SIGNED.sub("", text)).strip()


def _without_quotes(text: str) -> str:
    """Quoted lines go, with the up to three lines before them that say whose words they are."""
    kept: list[str] = []
    was_quoted = False
    for line in text.split("\n"):
        is_quoted = _QUOTED.match(line) is not None
        if is_quoted and not was_quoted:
            _drop_announcement(kept)
            kept.append("")
        elif not is_quoted:
            kept.append(line)
        was_quoted = is_quoted
    return "\n".join(kept)


def _drop_announcement(kept: list[str]) -> None:
    while kept and not kept[-1].strip():
        kept.pop()
    for count in (1, 2, 3):
        said = " ".join(line.strip() for line in kept[-count:])
        if len(said) <= _LINE_MAX and len(kept) >= count and _ANNOUNCES.fullmatch(said):
            del kept[-count:]
            return
    if kept and len(kept[-1]) <= _LINE_MAX and _ANNOUNCES_IN_A_LINE.fullmatch(kept[-1].strip()):
        kept.pop()


def _above_separator(text: str) -> str:
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if len(line) <= _LINE_MAX and (_SEPARATOR.fullmatch(line) or _begins_heads(lines, place)):
            return "\n".join(lines[:place])
    return text


def _begins_heads(lines: list[str], place: int) -> bool:
    """Do the lines of a mail's head begin here, as Outlook repeats them?"""
    if not _HEADS_BEGIN.match(lines[place]):
        return False
    below = [line for line in lines[place : place + 12] if line.strip()]
    return sum(_HEADS.match(line) is not None for line in below[:6]) >= _HEADS_AT_LEAST


def _above_dashes(text: str) -> str:
    """Without what stands below the two dashes of a signature. Without the space behind them they may be a line that somebody
    drew, so then only something short goes."""
    lines = text.rstrip("\n").split("\n")
    for place, line in enumerate(lines):
        is_short = sum(map(len, lines[place:])) <= _SIGNATURE_MAX
        if line == "-- " or (line.rstrip() == "--" and is_short):
            return "\n".join(lines[:place])
    return text


def _above_announcement(text: str) -> str:
    """Cut where the library finds that an answered mail begins."""
    lines = [line.strip() for line in _BLANKS.sub("\n\n", text).strip().split("\n")]
    shortened = "\n".join(line[:_SHORTENED] for line in lines)[:_LOOKED_AT]
    first, *others = EmailMessage(text=shortened, languages=["de", "en"], keep_hyphen_lists=True).read().replies
    if not others or first.headers:
        return "\n".join(lines)
    return "\n".join(lines[: len(first.content.split("\n"))])


def _without_greeting(text: str) -> str:
    """Without what a phone adds, and a greeting with a name at the end."""
    lines = text.rstrip().split("\n")
    while lines and (
        not lines[-1].strip() or (len(lines[-1]) < _LINE_MAX and _FROM_PHONE.fullmatch(lines[-1].strip()))
    ):
        lines.pop()
    for place in range(max(0, len(lines) - _AT_THE_END), len(lines)):
        if (
            len(lines[place]) <= _NAME_MAX
            and _CLOSES.fullmatch(lines[place].strip())
            and _are_names(lines[place + 1 :])
        ):
            return "\n".join(lines[:place])
    return "\n".join(lines)


def _are_names(lines: list[str]) -> bool:
    """Could these be a name, a company, a phone number, and not a sentence more?"""
    return all(len(line) <= _NAME_MAX and not _SENTENCE.fullmatch(line.strip()) for line in lines)
