"""The texts for people: gathered from the sources, compared with each translation, compiled for the program.

A translation is complete when every text has one, none is only guessed, none is left over from a text that has gone,
and each carries the placeholders of its original.
"""

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
SOURCE_LANGUAGE = "en"
TRANSLATED_INTO = ["de"]
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_ngettext": (1, 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(%%)")


def gather() -> Catalog:
    """Every text for people in the program and the templates, in the order of the files."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    texts = Catalog(fuzzy=False)
    for name, _line, text, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        texts.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return texts


def problems(texts: Catalog, translation: Catalog) -> Iterator[str]:
    """One line for each text whose translation falls short."""
    for message in texts:
        if message.id:
            translated = translation.get(message.id, message.context)
            if why := _shortcoming(message, translated):
                yield f"{why}: {_shown(message)}  ({', '.join(sorted({name for name, _line in message.locations}))})"
    for message in translation:
        if message.id and texts.get(message.id, message.context) is None:
            yield f"left over: {_shown(message)}"


def _shortcoming(message: Message, translated: Message | None) -> str | None:
    if translated is None:
        return "missing"
    if translated.fuzzy:
        return "only guessed (fuzzy)"
    originals, versions = _forms(message.id), _forms(translated.string)
    if not versions or not all(versions):
        return "empty"
    if message.pluralizable != translated.pluralizable:
        return "singular and plural do not match"
    allowed = [_placeholders(form) for form in originals]
    if any(_placeholders(form) not in allowed for form in versions):
        return "other placeholders than the original"
    return None


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _placeholders(text: str) -> set[str]:
    return {match[1] for match in PLACEHOLDER.finditer(text) if match[1]}


def _shown(message: Message) -> str:
    return " | ".join(repr(form) for form in _forms(message.id))


def _sources() -> list[Path]:
    return [TRANSLATIONS / language / "LC_MESSAGES" / "messages.po" for language in TRANSLATED_INTO]


def _read(source: Path) -> Catalog:
    language = source.parent.parent.name
    if not source.exists():
        return Catalog(locale=language, fuzzy=False)
    with source.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def check() -> int:
    """Name every shortcoming of every translation; 1 if there is one."""
    texts = gather()
    found = [f"{source.relative_to(ROOT)}: {line}" for source in _sources() for line in problems(texts, _read(source))]
    for line in found:
        print(line)
    if found:
        print(f"{len(found)} texts are not translated as they should be; bin/lint --update-translations adds new ones")
    else:
        print(f"{sum(1 for message in texts if message.id)} texts, all translated into {', '.join(TRANSLATED_INTO)}")
    return 1 if found else 0


def update() -> int:
    """Bring the files in step with the sources: new texts come in empty, vanished ones go, nothing is guessed."""
    texts = gather()
    for source in _sources():
        translation = _read(source)
        texts.creation_date = translation.creation_date
        translation.update(texts, no_fuzzy_matching=True)
        translation.header_comment = (
            f"# Theke in {translation.locale.english_name}. bin/lint --update-translations keeps it in step."
        )
        source.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(source) as file:
            write_po(file, translation, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        print(f"{source.relative_to(ROOT)}: {sum(1 for _ in problems(texts, translation))} texts to translate")
    return 0


def compile_all() -> int:
    """Write the compiled file beside each translation."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with _replacing(source.with_suffix(".mo")) as file:
            write_mo(file, _read(source))
    return 0


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """A file that takes its place only when it was written to the end."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("act", choices=["check", "update", "compile"])
    sys.exit({"check": check, "update": update, "compile": compile_all}[parser.parse_args().act]())
