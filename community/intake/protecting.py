"""Personal data in a draft that is about to be posted: what its writer wants moved becomes a private detail of the case to be."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from ..case_file.moving import kind_of
from ..threads.protecting import Protected, protect
from .drafts import Sitting, Written, hold_open, save, written_in
from .models import Draft
from .requests import answering
from .requests.answering import Told
from .requests.pasted import public_texts

_ANSWER = "answer:"


def protected(draft: Draft, sent: MultiDict[str, str], language: str) -> Protected:
    """Its title, text, tags and public answers as they may be posted. Raises `threads.protecting.Personal`."""
    texts = {"title": draft.title, "body": draft.body, "tags": draft.tags}
    texts |= {f"{_ANSWER}{field.key}": text for field, text in public_texts(draft)}
    return protect(texts, sent, language=language)


def move(draft: Draft, clean: Protected) -> None:
    """The draft without what was personal in it, which is told in private instead. Raises DraftClosed, Conflict for too much."""
    hold_open(draft)
    before = written_in(draft)
    tags = ", ".join(tag for tag in before.tags.split(", ") if tag in clean["tags"].split(", "))
    save(draft, Written(clean["title"], clean["body"], tags, before.language), Sitting())
    draft.aside = None  # what another window wrote may hold it, too
    form = answering.form_of(draft)
    if form is not None:
        answers = {name.removeprefix(_ANSWER): text for name, text in clean.texts.items() if name.startswith(_ANSWER)}
        answering.store(draft, form, dict(answers))
    for kind, value in clean.moved:
        answering.tell(draft, Told(kind_of(kind), value))
