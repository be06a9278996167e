"""What the check of translations finds."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

CHECK: dict[str, Any] = runpy.run_path(str(Path(__file__).resolve().parents[2] / "bin" / "_translations.py"))


def found(original: Any, translated: Any, **more: Any) -> list[str]:
    """What is found when one text has this translation; None: it has none."""
    texts, translation = Catalog(), Catalog(locale="de")
    texts.add(original, locations=[("a.html", 0)])
    if translated is not None:
        translation.add(original, translated, **more)
    return [line.split(":")[0] for line in CHECK["problems"](texts, translation)]


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        ("Reply", "Antworten"),
        ("%(count)s of 100%%", "%(count)s von 100%%"),
        (("%(num)d reply", "%(num)d replies"), ("%(num)d Antwort", "%(num)d Antworten")),
        (("one reply", "%(num)d replies"), ("eine Antwort", "%(num)d Antworten")),
    ],
)
def test_a_complete_translation_passes(original: Any, translated: Any) -> None:
    assert found(original, translated) == []


@pytest.mark.parametrize(
    ("original", "translated", "problem"),
    [
        ("Reply", None, "missing"),
        ("Reply", "", "empty"),
        (("a reply", "replies"), ("eine Antwort", ""), "empty"),
        ("Hello %(name)s", "Hallo %(nmae)s", "other placeholders than the original"),
        ("Hello %(name)s", "Hallo", "other placeholders than the original"),
    ],
)
def test_a_shortcoming_is_named(original: Any, translated: Any, problem: str) -> None:
    assert found(original, translated) == [problem]


def test_a_guess_is_named() -> None:
    assert found("Reply", "Antworten", flags=["fuzzy"]) == ["only guessed (fuzzy)"]


def test_a_translation_without_a_text_is_named() -> None:
    translation = Catalog(locale="de")
    translation.add("Gone", "Weg")
    assert list(CHECK["problems"](Catalog(), translation)) == ["left over: 'Gone'"]
