"""Which language a text is in, told by the little words that every sentence needs. Undecided is an answer."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_LITTLE_WORDS = {
    "de": frozenset(
        "aber als am auch auf aus bei beim bin bis bitte da dann das dass dem den der des die doch ein eine einem einen "
        "einer er es für geht haben habe hat ich ihr im ist ja jetzt kann kein keine man mehr mein meine mir mit nach "
        "nicht noch nur oder schon sehr seit sich sie sind so trotz um und uns unter vom von vor war warum was wenn wer "
        "werden wie wieder wir wird wo zu zum zur über".split()
    ),
    "en": frozenset(
        "a after again am an and any are as at be been but by can cannot could did do does doesn don for from get had has "
        "have how i if in is isn it its just me my no not of on or our out please since so some than that the their then "
        "there they this to was we were what when where which who why will with without won would you your".split()
    ),
}
_SHARED = _LITTLE_WORDS["de"] & _LITTLE_WORDS["en"]
_GERMAN_LETTERS = re.compile(r"[äöüß]", re.IGNORECASE)


def language_of(text: str, otherwise: str) -> str:
    """'de' or 'en', whichever the text speaks more clearly; `otherwise` if neither does."""
    words = [word.casefold() for word in _WORD.findall(text)]
    told = {
        language: sum(word in little and word not in _SHARED for word in words)
        for language, little in _LITTLE_WORDS.items()
    }
    told["de"] += sum(bool(_GERMAN_LETTERS.search(word)) for word in words)
    if told["de"] == told["en"]:
        return otherwise
    return max(told, key=lambda language: told[language])
