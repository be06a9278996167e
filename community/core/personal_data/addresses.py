"""Postal addresses, German and English: a street with a number, a postcode with a town. A hint only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Finding, Kind
from .naming import one_of

_BIG, _NAME = "[A-ZÄÖÜ]", r"[A-ZÄÖÜ][\wäöüß]{1,20}"
_UNIT = one_of("mbit kbit uhr € eur kwh gb mal jahre tage wochen minuten stunden meter km prozent dbm? stück")
_HOUSE = (
    r"(?:nr\.? ?|hausnr\.? ?|hausnummer )?\d{1,4}(?: ?[a-zA-Z](?![\w]))?(?: ?[-/+] ?\d{1,4}[a-zA-Z]?)?"
    rf"(?![\w%]|[.,:]\d| ?(?i:{_UNIT})\b)"
)
_WAY = one_of("""
    stra(?:ß|ss)e str\\.? weg gasse allee platz ring damm ufer chaussee steig pfad stieg graben
    markt berg feld hof wall kamp winkel
    grund siedlung anger zeile promenade bogen aue tor garten gärten park wiesen? brücke höhe hang busch
""")
_BIG_WAY = one_of("Stra(?:ß|ss)e Str\\.? Weg Gasse Allee Platz Ring Damm Ufer Chaussee Markt Pfad Berg")
_BY = one_of("""
    Am An_der An_den An_dem Im In_der In_den Auf_der Auf_dem Auf_den Zum Zur
    Unter_den Unter_der Hinter_dem Hinter_der Vor_dem Beim
    Bei_der Alte Alter Neue Neuer Obere Untere Lange Kleine Große
""")
_STREET_DE = re.compile(
    rf"(?<!\w)(?:{_NAME}[. -]{{1,2}}){{0,2}}[A-ZÄÖÜa-zäöü][\wäöüß]{{0,30}}{_WAY}e?,? ?{_HOUSE}"
    rf"|(?<!\w)(?:{_NAME}-){{0,3}}{_NAME}[ -]{_BIG_WAY} ?{_HOUSE}"
    rf"|(?<!\w){_BY} (?:(?:[Aa]lten?|[Nn]euen?|[Oo]beren|[Uu]nteren|[Kk]leinen|[Gg]roßen) )?{_BIG}[a-zäöüß]{{2,25}} {_HOUSE}"
)
_WAY_EN = one_of("""
    Street St Road Rd Avenue Ave Lane Ln Drive Dr Close Court Ct Way Place Pl
    Square Sq Terrace Gardens Crescent Cres Grove Hill Row
    Mews Boulevard Blvd Park Walk Gate Rise View Parade Quay Green
""")
_STREET_EN = re.compile(
    r"(?<![\w.,/-])(?:(?:Flat|Apt\.?|Apartment|Unit) \d{1,4}[A-Za-z]?,? )?\d{1,5}[A-Za-z]?,? "
    rf"(?:(?:St\.?|[NSEW]\.?|North|South|East|West|Old|New|Great|The) )?(?:[A-Z][a-z'’]{{1,20}} ){{1,3}}{_WAY_EN}\b\.?"
    r"|(?i:(?<![\w.,/-])\d{1,5}[a-z]? [a-z]{3,20} (?:street|road|avenue|lane|crescent|terrace)\b)"
)
_TOWN = (
    rf"{_BIG}[a-zäöüß]{{2,30}}(?:[ -](?:am|an der|bei|im|in|ob der|vor der|upon|on|{_BIG}[a-zäöüß]{{2,20}}))?"
    rf"(?: {_BIG}[a-zäöüß]{{2,20}})?"
)
_CUES = one_of(
    "in plz aus nach bei wohnort ort adresse anschrift postleitzahl standort lieferadresse address postcode zip"
)
_CUE = re.compile(rf"(?:\b{_CUES}\b\s*:? ?|[,;|(]\s?|\n|\A)(?:D-|A-|CH-|DE-|AT-)?\Z", re.IGNORECASE)
_POSTCODE_DE = re.compile(rf"(?<![\w.,/+])(?:(?<!\w)(?:D|A|CH|DE|AT)[- ])?(?<!\d[-])\d{{4,5}} (?P<town>{_TOWN})(?!\w)")
_POSTCODE_UK = re.compile(r"(?<![\w-])(?:[A-Z][A-Za-z]{2,20},? )?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![\w-])")
_STATE = one_of("""
    A[KLRZ] C[AOT] D[CE] FL GA HI I[ADLN] K[SY] LA M[ADEINOST] N[CDEHJMVY] O[HKR] PA RI S[CD] T[NX] UT V[AT] W[AIVY]
""")
_POSTCODE_US = re.compile(rf"(?<!\w)[A-Z][a-z]{{2,20}}(?: [A-Z][a-z]{{2,20}})?, {_STATE} \d{{5}}(?:-\d{{4}})?(?![\w-])")
#: Nouns that a number counts: no towns.
_COUNTED = frozenset(
    """
    kunden euro mbit kbit kilobit megabit gigabit minuten stunden tage tagen wochen
    monate jahre jahren meter kilometer haushalte nutzer
    leute menschen stück punkte punkten beiträge artikel volt watt kwh uhr pakete pings
    fehler einträge zeilen mal prozent grad dank
    sekunden sms anrufe ports clients geräte follower router anschlüsse adern verbindungen
    members customers users euros dollars points posts people packets errors lines hours minutes days weeks months years samples
    """.split()
)
_JOIN = re.compile(r"[ ,;|/]{0,3}(?:\n(?:> ?){0,5} {0,3})?(?:in |D-)?\Z")


def addresses(text: str) -> Iterator[Finding]:
    """Streets, towns with their postcode, and both in one where one follows the other."""
    last: tuple[int, int] | None = None
    for start, end in sorted([*_streets(text), *_towns(text)]):
        if last is not None and start < last[1]:
            last = last[0], max(end, last[1])
        elif last is not None and start - last[1] < 20 and _JOIN.match(text[last[1] : start]):
            last = last[0], end
        else:
            if last is not None:
                yield Finding(Kind.ADDRESS, *last)
            last = start, end
    if last is not None:
        yield Finding(Kind.ADDRESS, *last)


def _streets(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_STREET_DE, _STREET_EN):
        for match in pattern.finditer(text):
            yield match.span()


def _towns(text: str) -> Iterator[tuple[int, int]]:
    for match in _POSTCODE_DE.finditer(text):
        counted = match.group("town").split()[0].lower()
        before = text[max(0, match.start() - 20) : match.start()]
        if counted not in _COUNTED and _CUE.search(before):
            yield match.span()
    for pattern in (_POSTCODE_UK, _POSTCODE_US):
        for match in pattern.finditer(text):
            yield match.span()
