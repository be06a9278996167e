"""A private answer that was also written where everyone reads it: found before it is posted, and taken out with one press."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..drafts import Sitting, Written, save, written_in
from ..models import Draft
from . import answering, filling
from .definition import Field, Form, Kind

MARK = {"de": "[privates Detail]", "en": "[private detail]"}
SHORTEST = 4  # letters and digits: what is shorter stands in any text
_BETWEEN = r"[\s./–-]{0,3}"
_TYPED = (Kind.TEXT, Kind.LONG_TEXT)
_TELLING = (Kind.TEXT, Kind.NUMBER, Kind.DATE)


def pasted(draft: Draft) -> list[str]:
    """The private values that also stand in the title, the text or a public answer, as they were told."""
    public = "\n".join([draft.title, draft.body, draft.tags, *(text for _field, text in public_texts(draft))])
    return [value for value in _private_values(draft) if _pattern(value).search(public)]


def take_out(draft: Draft, language: str) -> None:
    """The mark stands where they stood. On a held draft."""
    patterns = [_pattern(value) for value in pasted(draft)]
    written = written_in(draft)
    marked = Written(
        _marked(written.title, patterns, language),
        _marked(written.body, patterns, language),
        ", ".join(tag for tag in written.tags.split(", ") if not any(pattern.search(tag) for pattern in patterns)),
        written.language,
    )
    save(draft, marked, Sitting())
    form = answering.form_of(draft)
    if form is not None:
        changed = {each.key: _marked(text, patterns, language) for each, text in public_texts(draft)}
        answering.store(draft, form, dict(changed))


def _marked(text: str, patterns: list[re.Pattern[str]], language: str) -> str:
    for pattern in patterns:
        text = pattern.sub(MARK[language], text)
    return text


def _pattern(value: str) -> re.Pattern[str]:
    """The value however it is spaced and whatever the case, not as a part of a longer word or number."""
    signs = [re.escape(sign) for sign in value if sign.isalnum()]
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(signs)}(?![^\W_])", re.IGNORECASE)


def _private_values(draft: Draft) -> Iterator[str]:
    """What was told in private and says something by itself, each once."""
    private, form = answering.private_of(draft), answering.form_of(draft)
    found = [told.value for told in private.told]
    if form is not None:
        found += [text for each, text in _texts(form, draft) if each.is_private and each.kind in _TELLING]
    for value in dict.fromkeys(found):
        if sum(sign.isalnum() for sign in value) >= SHORTEST:
            yield value


def public_texts(draft: Draft) -> list[tuple[Field, str]]:
    form = answering.form_of(draft)
    if form is None:
        return []
    return [(each, text) for each, text in _texts(form, draft) if not each.is_private and each.kind in _TYPED]


def _texts(form: Form, draft: Draft) -> Iterator[tuple[Field, str]]:
    for key, answer in filling.counted(form, answering.answers_of(draft)).items():
        asked = form.field_of(key)
        if asked is not None and isinstance(answer, str):
            yield asked, answer
